// TEST CODE. The hands of a person at the window: every click, key press and typed letter is counted.
import type { Locator, Page } from 'playwright-core';

export class Hands {
  clicks = 0;
  keys = 0;
  letters = 0;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async click(where: Locator): Promise<void> {
    await where.click();
    this.clicks++;
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
    this.keys++;
  }

  async type(where: Locator, text: string): Promise<void> {
    await where.fill(text);
    this.letters += text.length;
  }

  get told(): string {
    return `${this.clicks} clicks, ${this.keys} keys, ${this.letters} typed letters`;
  }
}
