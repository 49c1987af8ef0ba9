/**
 * The arrows of docs/architecture.md, checked by `npm run deps`.
 * Each rule names the folders that a folder may reach; all else is an error.
 */
const only = (name, from, allowed, packages = []) => ({
  name,
  severity: 'error',
  comment: `${from} may import only: ${[...allowed, ...packages].join(', ') || 'itself'}`,
  from: { path: `^${from}` },
  to: {
    pathNot: [`^${from}`, ...allowed.map((path) => `^${path}`), ...packages.map((name) => `node_modules/${name}(/|$)`)],
  },
});

const core = 'src/main/core';
const ports = 'src/main/ports';
const shared = 'src/shared';
// Node's own modules come through as core dependencies without a folder.
const adapter = (name, folder) => ({
  name,
  severity: 'error',
  comment: `${folder} may import only ports, core, shared and packages`,
  from: { path: `^${folder}` },
  to: { path: '^src/', pathNot: [`^${folder}`, `^${ports}`, `^${core}`, `^${shared}`] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('shared-stands-alone', shared, [], ['zod']),
    only('core-is-pure', core, [shared], ['@noble/hashes', 'temporal-polyfill']),
    only('ports-are-interfaces', ports, [core, shared]),
    only('engine-knows-no-adapter', 'src/main/engine', [ports, core, shared]),
    adapter('providers-know-ports', 'src/main/providers'),
    adapter('oauth-knows-ports', 'src/main/oauth'),
    adapter('store-knows-ports', 'src/main/store'),
    adapter('platform-knows-ports', 'src/main/platform'),
    adapter('network-knows-ports', 'src/main/network'),
    {
      name: 'app-knows-no-shell',
      severity: 'error',
      from: { path: '^src/main/app' },
      to: { path: '^src/(main/(electron|cli|demo)|simulator|renderer|preload)' },
    },
    {
      name: 'shells-go-through-app',
      severity: 'error',
      from: { path: '^src/main/(electron|cli|demo)' },
      to: { path: '^src/main/(engine|providers|oauth|store|platform|network|core)' },
    },
    {
      name: 'simulator-stands-alone',
      severity: 'error',
      from: { path: '^src/simulator' },
      to: { path: '^src/', pathNot: ['^src/simulator', `^${shared}`] },
    },
    {
      name: 'renderer-knows-shared',
      severity: 'error',
      from: { path: '^src/(renderer|preload)' },
      to: { path: '^src/(main|simulator)' },
    },
    {
      name: 'only-electron-folder-imports-electron',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(main/electron|preload)' },
      to: { path: 'node_modules/electron(/|$)' },
    },
    {
      name: 'no-node-in-the-heart',
      severity: 'error',
      comment: 'shared, core, ports and engine do no I/O of their own',
      from: { path: '^src/(shared|main/(core|ports|engine))' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'product-knows-no-test', severity: 'error', from: { path: '^src' }, to: { path: '^tests' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
