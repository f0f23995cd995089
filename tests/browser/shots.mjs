// Pictures of the page for the eye: node shots.mjs PAGE OUTDIR
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inBrowser } from './browser.mjs';

const SLICE = 1500;
const [path, out] = process.argv.slice(2);
await mkdir(out, { recursive: true });

for (const colorScheme of ['light', 'dark']) {
  for (const [name, width] of [['wide', 1280], ['narrow', 390]]) {
    await inBrowser({ colorScheme, viewport: { width, height: 900 } }, async (context) => {
      const page = await context.newPage();
      await page.goto(pathToFileURL(path).href);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      for (let y = 0, part = 1; y < height; y += SLICE, part += 1) {
        const clip = { x: 0, y, width, height: Math.min(SLICE, height - y) };
        await page.screenshot({ path: join(out, `${name}-${colorScheme}-${part}.png`), fullPage: true, clip });
      }
      if (colorScheme === 'light' && name === 'wide') {
        await page.pdf({ path: join(out, 'print.pdf'), format: 'A4', preferCSSPageSize: true });
      }
    });
  }
}
