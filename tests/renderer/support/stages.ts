import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { readAxe, violations } from './checks.ts';
import type { Scene } from './scenes.ts';
import { launchBrowser, SharedContexts, stageScene, type Stage, type StageOptions } from './stage.ts';

/** What the tests of one file share: a browser, and an end for every page that was opened. */
export interface Stages {
  /** Takes a scene; returns when it stands. It is closed after the test. */
  readonly stand: (scene: Omit<Scene, 'name'>, options?: StageOptions) => Promise<Stage>;
  /** Takes a page; returns what axe finds wrong with it. */
  readonly violations: (page: Page) => Promise<readonly string[]>;
}

/** To be called once at the top of a file: starts a browser before its tests and closes it after them. */
export function stagesOfFile(): Stages {
  let browser: Browser;
  let axeSource: string;
  let contexts: SharedContexts;
  const stages: Stage[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    contexts = new SharedContexts(browser);
    axeSource = await readAxe();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const stage of stages.splice(0)) await stage.close();
  });
  return {
    stand: async (scene, options) => {
      const named = { name: 'test', ...scene };
      const stage = await stageScene(browser, inject('rendererFolder'), named, options, contexts);
      stages.push(stage);
      return stage;
    },
    violations: (page) => violations(page, axeSource),
  };
}
