// The report page in a browser: opened, watched, and read. KMSIFT_PAGE names the page; without it the committed example.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inBrowser } from './browser.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const file = resolve(process.env.KMSIFT_PAGE ?? resolve(here, '../../reports/example/report.html'));
export const url = pathToFileURL(file).href;
export const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const SECTIONS = ['summary', 'scope', 'stale', 'funnels', 'unprompted', 'remedies', 'targets', 'results', 'quality', 'definitions', 'provenance'];
export const PEOPLE = '#table-users';

/** Opens the page, collects what it complains about and asks for, and checks both after `use(page, context)`. */
export function open(options, use, address = url) {
  return inBrowser(options, async (context) => {
    const page = await context.newPage();
    const trouble = [];
    const requests = [];
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) trouble.push(message.text()); });
    page.on('pageerror', (error) => trouble.push(String(error)));
    page.on('dialog', (dialog) => { trouble.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on('request', (request) => requests.push(request.url()));
    if (options.javaScriptEnabled !== false) {
      await page.addInitScript(() => {
        window.violations = [];
        document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
      });
    }
    await page.goto(address);
    await use(page, context);
    const asked = requests.filter((request) => !/^(data|blob):/.test(request) && request.split(/[?#]/)[0] !== url);
    assert.deepEqual(asked, [], 'no request leaves the page');
    assert.deepEqual(trouble, [], 'no error, warning or dialog');
    if (options.javaScriptEnabled !== false) assert.deepEqual(await page.evaluate('window.violations'), [], 'no policy violation');
  });
}

/** The shown texts of a column, top to bottom. */
export const column = (page, name, table = PEOPLE) => page.$eval(table, (box, wanted) => {
  const at = [...box.querySelectorAll('th')].findIndex((head) => head.dataset.name === wanted);
  return [...box.querySelectorAll('tbody tr:not([hidden])')].map((row) => row.cells[at].textContent);
}, name);

export const head = (name) => `${PEOPLE} th[data-name="${name}"]`;
export const background = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

/** Perceived brightness of an rgb() text, 0 to 255. */
export function brightness(rgb) {
  const [red, green, blue] = rgb.match(/[\d.]+/g).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** Lines of cells of a CSV text, quotes undone. */
export function cells(csv) {
  const lines = [];
  let [line, cell, quoted] = [[], '', false];
  for (let at = 0; at < csv.length; at += 1) {
    const c = csv[at];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (csv[at + 1] === '"') { cell += c; at += 1; } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') { line.push(cell); cell = ''; }
    else if (c === '\n') { lines.push([...line, cell]); [line, cell] = [[], '']; }
    else if (c !== '\r') cell += c;
  }
  return lines;
}

export async function saved(page, press) {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  const text = await readFile(await download.path(), 'utf8');
  return { name: download.suggestedFilename(), text };
}
