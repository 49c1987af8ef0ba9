import { posix } from 'node:path';
import { anchorOf, headingsOf, type Files } from './documents.ts';

/** The page whose paragraphs are numbered. */
const numbered = 'google-calendar.md';

/** Documents whose paragraphs bear numbers of their own, which nobody here can look up, because they are not in the repository. */
const standards = ['RFC \\d+', 'OpenID Connect Core', 'HTML'];

const paragraph = String.raw`§\d+(?:\.\d+)*(?: no\. \d+)?`;
const chain = new RegExp(
  String.raw`\b(google-calendar\.md|${standards.join('|')}),? (${paragraph}(?:(?:,| and|,? to) ${paragraph})*)`,
  'g',
);

/** Steps that were released are never edited, their comments neither, because those are part of what the database keeps of them. */
const released = 'src/main/store/migrations/';

/** Takes a text; returns it in one line, without what begins the lines of a comment, because citations go over ends of lines. */
function inOneLine(text: string): string {
  return text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/|#)?\s*/g, ' ');
}

/** Takes the numbered page; returns the names of its paragraphs: `§2`, `§2.3`, `§8 no. 27`. */
export function paragraphsOf(page: string): ReadonlySet<string> {
  const names = new Set<string>();
  let section = '';
  for (const line of page.split('\n')) {
    const heading = /^##+ (\d+(?:\.\d+)*)\.? /.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading;
      names.add(`§${heading}`);
    } else if (line.startsWith('#')) section = '';
    const row = /^\| (\d+) +\|/.exec(line)?.[1];
    if (row !== undefined && section !== '') names.add(`§${section} no. ${row}`);
  }
  return names;
}

/** Takes where a file is and what it names; returns the document that is meant: beside it, in docs, or at the root. */
function documentNamed(name: string, at: string, documents: Files): string | undefined {
  const places = [posix.join(posix.dirname(at), name), `docs/${name}`, name];
  return places.map((place) => documents.get(place)).find((text) => text !== undefined);
}

/**
 * Takes files and the documents of the repository; returns what of the files' citations goes nowhere, each with its file:
 * paragraphs by number, headings in quotes behind the name of a document, decisions (ADRs), and documents by their paths.
 */
export function deadCitations(files: Files, documents: Files): readonly string[] {
  const dead: string[] = [];
  const known = paragraphsOf(documents.get(`docs/${numbered}`) ?? '');
  const decisions = new Set([...documents.keys()].map((path) => /^docs\/adr\/(\d{4})-/.exec(path)?.[1]));
  for (const [path, text] of files) {
    const line = path.startsWith(released)
      ? inOneLine(text).replaceAll('reference §', `${numbered} §`)
      : inOneLine(text);
    const itself = path === `docs/${numbered}`;
    const rest = line.replace(chain, (_all, document: string, cited: string) => {
      for (const [name] of cited.matchAll(new RegExp(paragraph, 'g'))) {
        if (document === numbered && !known.has(name)) dead.push(`${path}: ${document} ${name}`);
      }
      return '';
    });
    // Nobody can tell of which document a number is that stands alone; on the numbered page it is of that page.
    for (const [name] of rest.matchAll(new RegExp(paragraph, 'g'))) {
      if (!itself || !known.has(name)) dead.push(`${path}: ${name} of which document?`);
    }
    for (const [, name = '', heading = ''] of line.matchAll(/([\w/-]+\.md),? "([^"]+)"/g)) {
      const document = documentNamed(name.replace(/^docs\//, ''), path, documents);
      if (document === undefined || !headingsOf(document).includes(heading))
        dead.push(`${path}: ${name}, "${heading}"`);
    }
    for (const [all, number] of line.matchAll(/\b(?:ADRs? |adr\/)(\d{4})\b/g)) {
      if (!decisions.has(number)) dead.push(`${path}: ${all}`);
    }
    for (const [name] of line.matchAll(/\bdocs\/[\w/-]+\.md\b/g)) {
      if (!documents.has(name)) dead.push(`${path}: ${name}`);
    }
  }
  return dead;
}

/** Takes a document; returns where its links point, those to the network left out. */
function linksOf(text: string): readonly string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  const forms = [/\]\(([^)\s]+)\)/g, /^\[[^\]]+\]: +(\S+)/gm, /<img\s[^>]*src="([^"]+)"/g];
  const targets = forms.flatMap((form) => [...prose.matchAll(form)].map((found) => found[1] ?? ''));
  return targets.filter((target) => !/^[a-z]+:/i.test(target));
}

/** Takes documents and what says whether a path from the root is there; returns the links that go nowhere. */
export function deadLinks(documents: Files, isThere: (path: string) => boolean): readonly string[] {
  const dead: string[] = [];
  for (const [path, text] of documents) {
    for (const link of linksOf(text)) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : posix.join(posix.dirname(path), file);
      const meant = documents.get(target);
      const found =
        anchor === undefined || meant === undefined
          ? isThere(target)
          : headingsOf(meant).some((heading) => anchorOf(heading) === anchor);
      if (!found) dead.push(`${path}: ${link}`);
    }
  }
  return dead;
}
