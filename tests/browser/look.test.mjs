// How the report page looks: themes, paper, widths, contrast, and without JavaScript.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PEOPLE, SECTIONS, axe, background, brightness, open } from './opened.mjs';

test('follows the system theme, and the reader’s choice over it', () => open({ colorScheme: 'light' }, async (page) => {
  assert.ok(brightness(await background(page)) > 220);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.ok(brightness(await background(page)) < 40);
  const choose = (value) => page.getByRole('combobox', { name: 'Theme' }).selectOption(value);
  await choose('light');
  assert.ok(brightness(await background(page)) > 220);
  await page.emulateMedia({ colorScheme: 'light' });
  await choose('dark');
  assert.ok(brightness(await background(page)) < 40);
  await choose('contrast');
  assert.equal(brightness(await background(page)), 255);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.equal(brightness(await background(page)), 0);
  await page.emulateMedia({ media: 'print' });
  assert.ok(brightness(await background(page)) > 220, 'paper is white');
}));

test('paper shows what is folded and hides what can only be clicked', () => open({}, async (page) => {
  const folded = page.locator('details.definition .prose').first();
  assert.ok(!(await folded.isVisible()));
  await page.emulateMedia({ media: 'print' });
  assert.ok((await folded.boundingBox()).height > 10);
  for (const data of await page.locator('details.data > .table').all()) assert.ok((await data.boundingBox()).height > 10);
  assert.ok(!(await page.locator('.side').isVisible()));
  assert.ok(!(await page.locator('.tools').first().isVisible()));
  assert.ok((await page.pdf({ preferCSSPageSize: true })).length > 10_000);
  await page.emulateMedia({ media: 'screen' });
  assert.ok(!(await folded.isVisible()), 'folded again after printing');
}));

/** Sheets of the PDF, and whatever of the page is wider than the sheet it stands on. */
test('paper: nothing is wider than its sheet, long lists say where the rest is', () => open({}, async (page) => {
  await page.emulateMedia({ media: 'print' });
  const mm = 96 / 25.4;
  for (const [wide, width] of [[true, 297 - 26], [false, 210 - 26]]) {
    await page.setViewportSize({ width: Math.floor(width * mm), height: 1000 });
    const chapters = wide ? '.chapter.wide' : 'main > section:not(.wide), footer';
    const over = await page.$$eval(chapters, (parts) => parts.flatMap((part) => [part, ...part.querySelectorAll('*')])
      .filter((one) => !one.closest('.vh, svg') && !(one.closest('figcaption') && getComputedStyle(one.closest('figcaption')).position === 'absolute') && one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => `${one.closest('[id]').id}: ${one.tagName} ${Math.round(one.getBoundingClientRect().right - innerWidth)} px over`));
    assert.deepEqual([...new Set(over)].slice(0, 5), [], wide ? 'lying sheets' : 'standing sheets');
  }
  const rows = await page.$$eval('.table', (tables) => tables.map((table) => [table.id, [...table.querySelectorAll('tbody tr')].filter((row) => getComputedStyle(row).display !== 'none').length, table.querySelectorAll('tbody tr').length, table.querySelector('.paper')?.textContent ?? '']));
  for (const [id, shown, all, note] of rows) {
    assert.ok(shown <= 25, `${id}: ${shown} rows`);
    assert.equal(note !== '', shown < all, `${id}: ${note}`);
    if (note) assert.match(note, new RegExp(`^On paper the first ${shown} of `), id);
  }
}));

for (const width of [360, 390, 768, 800, 1280, 1600]) {
  test(`does not scroll sideways at ${width} px`, () => open({ viewport: { width, height: 800 } }, async (page) => {
    await page.evaluate(() => document.querySelectorAll('details:not(.picker)').forEach((fold) => { fold.open = true; }));
    const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(needed <= there, `${needed} > ${there}`);
  }));
}

for (const colorScheme of ['light', 'dark']) {
  for (const theme of ['', 'contrast']) {
    test(`axe finds nothing serious in ${colorScheme}${theme ? ` and ${theme}` : ''}, folded or open`, () => open({ colorScheme }, async (page) => {
      await page.getByRole('combobox', { name: 'Theme' }).selectOption(theme);
      await page.evaluate(await readFile(axe, 'utf8'));
      for (const folds of ['folded', 'open']) {
        if (folds === 'open') await page.evaluate(() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; }));
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const bad = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
        assert.deepEqual(bad.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`), []);
      }
      const { violations } = await page.evaluate(() => window.axe.run('main', { runOnly: ['color-contrast-enhanced'], rules: { 'color-contrast-enhanced': { enabled: true } } }));
      const weak = violations.flatMap(({ nodes }) => nodes.map(({ html }) => html));
      assert.deepEqual(weak.filter((html) => theme === 'contrast' || !html.includes('k-')).slice(0, 3), [], 'AAA text contrast');
    }));
  }
}

test('the system can ask for high contrast and for stillness', () => open({ contrast: 'more', reducedMotion: 'reduce' }, async (page) => {
  assert.ok([0, 255].includes(brightness(await background(page))));
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), 'auto');
  const moving = await page.evaluate(() => document.getAnimations().length + [...document.querySelectorAll('*')].filter((one) => Number.parseFloat(getComputedStyle(one).transitionDuration) > 0).length);
  assert.equal(moving, 0, 'nothing moves');
}));

test('is complete without JavaScript', async () => {
  let rows = 0;
  await open({}, async (page) => { rows = await page.locator('tbody tr').count(); });
  await open({ javaScriptEnabled: false }, async (page) => {
    for (const id of SECTIONS) assert.ok(await page.locator(`#${id}`).isVisible(), id);
    assert.equal(await page.locator('tbody tr').count(), rows);
    assert.equal(await page.locator(`${PEOPLE} th:visible`).count(), await page.locator(`${PEOPLE} th`).count(), 'all columns are shown');
    assert.equal(await page.locator('.tools, .themes').count(), 0, 'nothing that cannot work');
    assert.equal(await page.locator(`${PEOPLE} svg.spark[role=img]`).count(), await page.locator(`${PEOPLE} td.w`).count(), 'weeks are drawn');
    assert.equal(await page.locator('.plot svg').count(), await page.locator('figure').count(), 'charts are drawn');
    await page.locator('.stat summary').first().click();
    assert.ok(await page.locator('.stat .sentence').first().isVisible(), 'numbers open');
  });
});
