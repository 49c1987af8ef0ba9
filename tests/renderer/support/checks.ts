import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Returns the source of axe-core, to be run within a page. */
export function readAxe(): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
}

/** Takes a page and the source of axe-core; returns what it finds wrong, as sentences. */
export async function violations(page: Page, axeSource: string): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const results: AxeResults = await page.evaluate('axe.run(document)');
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

/** The words of the element that has the focus: its name for assistive technology, else its text. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
  });
}

/** Text whose box is cut by an ancestor that neither scrolls nor shows an ellipsis, or that leaves the window sideways. */
export function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const cut: string[] = [];
    /** Whether nobody sees it: what is only for screen readers is clipped to nothing. */
    const isForReaders = (element: Element | null): boolean =>
      element !== null && (getComputedStyle(element).clipPath !== 'none' || isForReaders(element.parentElement));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      const parent = text.parentElement;
      if (parent === null || text.textContent?.trim() === '') continue;
      if (parent.closest('[popover]:not(:popover-open)') || isForReaders(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      for (let at: Element | null = parent; at !== null; at = at.parentElement) {
        const style = getComputedStyle(at);
        const outer = at.getBoundingClientRect();
        const ellipsis = style.textOverflow === 'ellipsis';
        if (ellipsis) break;
        const clipsX = style.overflowX === 'hidden' || style.overflowX === 'clip';
        const clipsY = style.overflowY === 'hidden' || style.overflowY === 'clip';
        const scrolls = style.overflowY === 'auto' || style.overflowY === 'scroll';
        if (clipsX && (box.left < outer.left - 1 || box.right > outer.right + 1)) cut.push(text.textContent ?? '');
        if (clipsY && (box.top < outer.top - 1 || box.bottom > outer.bottom + 1)) cut.push(text.textContent ?? '');
        if (scrolls) {
          if (at.scrollWidth > at.clientWidth + 1) cut.push(`sideways: ${text.textContent ?? ''}`);
          break;
        }
      }
      if (box.right > document.documentElement.clientWidth + 1) cut.push(`beside: ${text.textContent ?? ''}`);
    }
    return [...new Set(cut)];
  });
}

/** What a button is called that writes to calendars: "Remove 176 blocks", "Add 12, change 3 blocks". */
export const deedName = /^((add|change|remove) [\d,]+(, )?)+ blocks?$/i;
