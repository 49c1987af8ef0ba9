export { googleEndpoints, googleEndpointsAt, type GoogleEndpoints } from './endpoints.ts';
export { createGoogleProvider, type GoogleProviderOptions } from './provider.ts';
