import { resolve } from 'node:path';

/** Put in by the build (vite.config.ts) from package.json. */
declare const __CALSYNC_VERSION__: string;

/** CalSync's version. */
export const version = __CALSYNC_VERSION__;

/** The folder of the built programs and pages: what is bundled with this file is `dist/electron/main.cjs`. */
export const dist = resolve(import.meta.dirname, '..');
