import { expect, type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page } from '@playwright/test';
import { randomInt } from 'node:crypto';
import { cutLine, expectTrouble } from './console.ts';
import { password, Session } from './program.mjs';

export { password };

/** Somebody in front of a page. The verbs are what people do, the nouns what they perceive; specs do the expecting. */
export class Person {
  /** Unique, made for one test: "ann-x7k2". */
  readonly username: string;
  /** What others see: "Ann". */
  readonly name: string;
  readonly context: BrowserContext;
  /** Where the server is. */
  readonly url: string;
  private open: Page | undefined;
  /** What a script in a message could have opened. */
  readonly dialogs: string[] = [];

  constructor(context: BrowserContext, url: string, name: string, username: string, page?: Page) {
    this.context = context;
    this.url = url;
    this.name = name;
    this.username = username;
    this.open = page;
    context.on('dialog', (dialog) => {
      this.dialogs.push(dialog.message());
      dialog.dismiss().catch(() => {}); // another tab's listener may have been first
    });
  }

  /** A new person with a browser of their own, registered without the form's page and connected: most tests are not about it. */
  static async registers(browser: Browser, url: string, name: string): Promise<Person> {
    const person = await Person.arrives(browser, url, name);
    const session = await Session.registers(url, person);
    await person.context.addCookies([session.forBrowser]);
    await person.page.goto('/');
    await person.isConnected();
    return person;
  }

  /** A new person with a browser of their own, without an account yet. */
  static async arrives(
    browser: Browser,
    url: string,
    name: string,
    username = name.toLowerCase(),
    options: BrowserContextOptions = {},
  ): Promise<Person> {
    const context = await browser.newContext({ ...options, baseURL: url });
    const person = new Person(context, url, name, `${username}-${unlikely()}`);
    person.open = await context.newPage();
    return person;
  }

  /** The same person at another browser, signed in there. */
  async alsoAt(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({ ...options, baseURL: this.url });
    const person = new Person(context, this.url, this.name, this.username);
    person.open = await context.newPage();
    await person.signsIn();
    return person;
  }

  /** The same person in a second tab of the same browser. */
  async secondTab(): Promise<Person> {
    const tab = new Person(this.context, this.url, this.name, this.username);
    tab.open = await this.context.newPage();
    await tab.page.goto('/');
    await tab.isConnected();
    return tab;
  }

  get page(): Page {
    if (!this.open) throw new Error(`${this.username} has no page open`);
    return this.open;
  }

  // Coming and going.

  async makesAnAccount(): Promise<void> {
    await this.page.goto('/register');
    await this.fillsTheGate();
    await expect(this.page.getByRole('navigation', { name: 'Conversations' })).toBeVisible();
  }

  /** Of whichever page to register at is open. */
  async fillsTheGate(): Promise<void> {
    await this.page.getByLabel('Username').fill(this.username);
    await this.page.getByLabel('Shown as (optional)').fill(this.name);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Make the account' }).click();
  }

  async signsIn(secret = password): Promise<void> {
    await this.page.goto('/login');
    await this.page.getByLabel('Username').fill(this.username);
    await this.page.getByLabel('Password', { exact: true }).fill(secret);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  async opensSettings(): Promise<void> {
    await this.page.getByRole('link', { name: 'Settings' }).click();
    await expect(this.heading()).toHaveText('Settings');
  }

  /** From the settings, where this device stands among the others. */
  async signsOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign out this device' }).click();
    await expect(this.heading()).toHaveText('Sign in');
  }

  /** Closes the page and keeps the browser: signed in, its outbox on its disk. */
  async leaves(): Promise<void> {
    await this.page.close();
    this.open = undefined;
  }

  async returns(to: Person | '/' = '/'): Promise<void> {
    this.open = await this.context.newPage();
    await this.page.goto(to === '/' ? '/' : `/with/${to.username}`);
    await this.isConnected();
  }

  async reloads(): Promise<void> {
    await this.page.reload();
    await this.isConnected();
  }

  /** Nothing passes from now on, in either direction; an open socket stays open and silent. */
  async goesOffline(): Promise<void> {
    this.expectsTrouble(cutLine);
    await this.context.setOffline(true);
    await expect(this.link()).not.toHaveText('Connected');
  }

  async comesBack(): Promise<void> {
    await this.context.setOffline(false);
    await this.isConnected();
  }

  /** What this browser may write to its console in this test: everything else fails it. */
  expectsTrouble(trouble: RegExp): void {
    expectTrouble(this.context, trouble);
  }

  /** Waits for the page to say so; until then it has no script that listens. */
  async isConnected(): Promise<void> {
    await expect(this.link()).toHaveText('Connected', { timeout: 45_000 });
  }

  // Talking.

  async opensConversationWith(peer: Person): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: 'New conversation' }).click();
    await this.page.getByLabel('Username').fill(peer.username);
    await this.page.getByRole('button', { name: 'Start' }).click();
    await expect(this.page.getByRole('log', { name: `Conversation with ${peer.name}` })).toBeVisible();
    await this.isConnected();
  }

  /** Opens a conversation that is in the list already. */
  async returnsToConversationWith(peer: Person): Promise<void> {
    await this.row(peer).click();
    await expect(this.page.getByRole('log', { name: `Conversation with ${peer.name}` })).toBeVisible();
  }

  async says(text: string): Promise<void> {
    await this.composer().fill(text);
    await this.composer().press('Enter');
    await expect(this.composer()).toHaveValue('');
  }

  /** Writes, key by key, and does not send. */
  async types(text: string): Promise<void> {
    await this.composer().pressSequentially(text, { delay: 30 });
  }

  /** Exactly one such message stands in the open conversation. */
  async sees(text: string): Promise<void> {
    await expect(this.message(text)).toHaveCount(1);
    await expect(this.message(text)).toBeVisible();
  }

  /** The server has it for good. */
  async isSent(text: string): Promise<void> {
    await expect(this.message(text)).toContainText(/Sent|Delivered|Read/);
  }

  // Mending what was said.

  /** The actions for the message that says this. */
  async opensMenuOf(text: string): Promise<void> {
    await this.said(text).hover();
    await this.said(text).getByRole('button', { name: 'Actions for this message' }).click();
    await expect(this.menu()).toBeVisible();
  }

  async answers(text: string, answer: string): Promise<void> {
    await this.opensMenuOf(text);
    await this.menu().getByRole('menuitem', { name: 'Answer' }).click();
    await this.says(answer);
  }

  async beginsToEdit(text: string): Promise<void> {
    await this.opensMenuOf(text);
    await this.menu().getByRole('menuitem', { name: 'Edit' }).click();
    await expect(this.composer()).toHaveValue(text);
  }

  async edits(text: string, into: string): Promise<void> {
    await this.beginsToEdit(text);
    await this.composer().fill(into);
    await this.composer().press('Enter');
    await expect(this.composer()).not.toHaveValue(into);
  }

  async deletes(text: string): Promise<void> {
    await this.opensMenuOf(text);
    await this.menu().getByRole('menuitem', { name: 'Delete for both …' }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Delete for both' }).click();
    await expect(this.page.getByRole('dialog')).toBeHidden();
  }

  /** Reacts with one of the six, by its name. */
  async reacts(text: string, emoji: string): Promise<void> {
    await this.opensMenuOf(text);
    await this.menu().getByRole('menuitemradio', { name: emoji, exact: true }).click();
    await expect(this.menu()).toBeHidden();
  }

  // What there is to perceive.

  /** The page's own word on its connection. */
  link(): Locator {
    // On a phone an open conversation covers the list that it stands in.
    return this.page.getByRole('navigation', { includeHidden: true }).getByRole('status', { includeHidden: true });
  }

  banner(): Locator {
    return this.page.getByRole('status').filter({ hasText: 'What you write is kept' });
  }

  heading(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  row(peer: Person): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' }).getByRole('listitem').getByRole('link', { name: peer.name });
  }

  /** A section of the settings. */
  section(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** Online, last seen, typing: of the peer whose conversation is open. */
  peerStatus(): Locator {
    return this.page.getByRole('main').getByRole('status').first();
  }

  composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to / });
  }

  log(): Locator {
    return this.page.getByRole('log', { name: /^Conversation with / });
  }

  /** All messages on the page, oldest first, those of both. Days, dividers and gaps are not among them. */
  messages(): Locator {
    return this.log().getByRole('listitem').filter({ hasText: /(You|Ann|Bob|Carol): / });
  }

  message(text: string): Locator {
    return this.messages().filter({ hasText: text });
  }

  /** The message that says this itself, and does not only quote it. */
  said(text: string): Locator {
    return this.message(text).filter({ hasNot: this.quote(text) });
  }

  /** A line that an answer quotes. */
  quote(text: string): Locator {
    return this.page.getByRole('link', { name: text });
  }

  menu(): Locator {
    return this.page.getByRole('menu', { name: 'Actions for this message' });
  }
}

/** What was drawn before: the tests of a worker share a server, and now and then one drew a name twice. */
const drawn = new Set<string>();

/** Five characters that look like no other five: names that could be mistaken for one another are refused. */
function unlikely(): string {
  const letters = 'acdefhkprtxyz3478';
  const five = Array.from({ length: 5 }, () => letters.charAt(randomInt(letters.length))).join('');
  if (drawn.has(five)) return unlikely();
  drawn.add(five);
  return five;
}

/** For `toHaveText`: these lines and no others, in this order. */
export function lines(texts: string[]): RegExp[] {
  return texts.map((text) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
}
