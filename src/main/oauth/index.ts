export { createAccessTokens } from './access-tokens.ts';
export type { AccessTokensObserver, AccessTokensOptions, RememberingAccessTokens } from './access-tokens.ts';
export { clientFromEnvironment, parseClientFile } from './client-file.ts';
export { googleOAuthEndpoints } from './endpoints.ts';
export type { OAuthEndpoints } from './endpoints.ts';
export { calendarScopes, identityScopes } from './scopes.ts';
export type { RequiredScope } from './scopes.ts';
export { createSignIn } from './sign-in.ts';
export type { SignInOptions } from './sign-in.ts';
