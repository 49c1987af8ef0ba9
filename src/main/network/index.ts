export { readAuthorities, type Authorities } from './authorities.ts';
export { createNetwork, type Found, type Network } from './network.ts';
export { waysOfDesktop, waysOfEnvironment, type Environment, type WaysTo } from './proxies.ts';
