import { expect, test } from 'vitest';
import type { PopupEvents } from '../../src/main/electron/windows/popup.ts';
import { createPopup } from '../../src/main/electron/windows/popup.ts';
import type { Status } from '../../src/shared/dto.ts';
import { exampleStatus } from '../support/fake-calsync.ts';
import { fakeTimers } from '../support/fake-timers.ts';

/** A window that does nothing by itself, and writes down what is done to it. */
class FakeWindow {
  readonly done: string[] = [];
  readonly told: Status[] = [];
  visible = false;
  readonly purpose: string;
  readonly events: PopupEvents;

  constructor(purpose: string, events: PopupEvents) {
    this.purpose = purpose;
    this.events = events;
  }
}

function stage() {
  const timers = fakeTimers();
  const made: FakeWindow[] = [];
  const popup = createPopup({
    open: (purpose, events) => {
      const window = new FakeWindow(purpose, events);
      made.push(window);
      return {
        isVisible: () => window.visible,
        reveal: () => {
          window.visible = true;
          window.done.push('reveal');
        },
        hide: () => {
          window.visible = false;
          window.done.push('hide');
        },
        tell: (status) => {
          window.told.push(status);
          window.done.push(`tell ${status.lastSyncAt ?? 'nothing'}`);
        },
        destroy: () => {
          window.done.push('destroy');
          events.gone();
        },
      };
    },
    wait: timers.wait,
    now: timers.now,
  });
  const status = (lastSyncAt: string): Status => ({ ...exampleStatus(), lastSyncAt });
  const at = (index: number): FakeWindow => {
    const window = made[index];
    if (window === undefined) throw new Error(`no window ${index} was made`);
    return window;
  };
  return { popup, timers, made, at, status };
}

const day = 86_400_000;

test('the window is made ahead of its first opening, once, and stays hidden until then', () => {
  const { popup, timers, made, at } = stage();
  popup.prepare();
  timers.pass(1999);
  expect(made).toEqual([]);
  popup.prepare();
  timers.pass(1);
  popup.prepare();
  timers.pass(day);
  expect(made).toHaveLength(1);
  expect(at(0).purpose).toBe('in-advance');
  at(0).events.drawn();
  expect(at(0).done).toEqual([]);
  popup.show();
  expect(at(0).done).toEqual(['reveal']);
});

test('a closed popup keeps its window, however long, and nothing is left to wait for', () => {
  const { popup, timers, made, at } = stage();
  popup.show();
  at(0).events.drawn();
  popup.hide();
  expect(timers.waiting()).toBe(0);
  timers.pass(7 * day);
  popup.show();
  expect(at(0).done).toEqual(['reveal', 'hide', 'reveal']);
  expect(made).toHaveLength(1);
});

test('whoever opens it before it was made gets it at once, and no second one is made', () => {
  const { popup, timers, made, at } = stage();
  popup.prepare();
  popup.show();
  expect(at(0).purpose).toBe('to-be-shown');
  expect(at(0).done).toEqual([]);
  at(0).events.drawn();
  expect(at(0).done).toEqual(['reveal']);
  timers.pass(day);
  expect(made).toHaveLength(1);
});

test('whoever opens it while its page loads gets it when it is drawn', () => {
  const { popup, timers, at } = stage();
  popup.prepare();
  timers.pass(2000);
  popup.show();
  expect(at(0).done).toEqual([]);
  at(0).events.drawn();
  expect(at(0).done).toEqual(['reveal']);
});

test('whoever thinks better of it while its page loads does not get it', () => {
  const { popup, timers, at } = stage();
  popup.show();
  popup.toggle();
  at(0).events.drawn();
  expect(at(0).done).toEqual(['hide']);
  timers.pass(day);
  popup.toggle();
  expect(at(0).done).toEqual(['hide', 'reveal']);
});

test('a window whose page crashed is made anew after a minute, or at once when it is wanted', () => {
  const { popup, timers, made, at } = stage();
  popup.prepare();
  timers.pass(2000);
  at(0).events.drawn();
  at(0).events.gone();
  at(0).events.gone();
  timers.pass(59_999);
  expect(made).toHaveLength(1);
  timers.pass(1);
  expect(made).toHaveLength(2);
  expect(at(1).purpose).toBe('in-advance');
  at(1).events.gone();
  popup.show();
  expect(made).toHaveLength(3);
  at(2).events.drawn();
  expect(at(2).done).toEqual(['reveal']);
  // What the first one says late is about nothing.
  at(0).events.drawn();
  at(0).events.gone();
  popup.hide();
  expect(at(2).done).toEqual(['reveal', 'hide']);
  timers.pass(day);
  expect(made).toHaveLength(3);
});

test('a click on the icon opens it, closes it, and does not open again what that very click closed', () => {
  const { popup, timers, at } = stage();
  popup.toggle();
  at(0).events.drawn();
  timers.pass(1000);
  popup.toggle();
  expect(at(0).done).toEqual(['reveal', 'hide']);
  timers.pass(1000);
  popup.toggle();
  expect(at(0).done).toEqual(['reveal', 'hide', 'reveal']);
  popup.hide();
  timers.pass(100);
  popup.toggle();
  expect(at(0).visible).toBe(false);
  timers.pass(1000);
  popup.toggle();
  expect(at(0).visible).toBe(true);
});

test('a click opens it when the system has hidden it', () => {
  const { popup, at } = stage();
  popup.show();
  at(0).events.drawn();
  at(0).visible = false;
  popup.toggle();
  expect(at(0).visible).toBe(true);
});

test('a shown page hears of every snapshot, a hidden one of the last in five seconds', () => {
  const { popup, timers, at, status } = stage();
  popup.tell(status('before there is a window'));
  popup.show();
  at(0).events.drawn();
  popup.tell(status('1'));
  popup.tell(status('2'));
  popup.hide();
  for (let index = 3; index <= 50; index += 1) {
    popup.tell(status(String(index)));
    timers.pass(100);
  }
  expect(at(0).done).toEqual(['reveal', 'tell 1', 'tell 2', 'hide']);
  timers.pass(200);
  expect(at(0).done.slice(4)).toEqual(['tell 50']);
  expect(timers.waiting()).toBe(0);
});

test('a page that is shown knows how things are before it is seen', () => {
  const { popup, timers, at, status } = stage();
  popup.prepare();
  timers.pass(2000);
  at(0).events.drawn();
  popup.tell(status('1'));
  popup.tell(status('2'));
  popup.show();
  expect(at(0).done).toEqual(['tell 2', 'reveal']);
  timers.pass(day);
  expect(at(0).done).toEqual(['tell 2', 'reveal']);
});

test('after the end there is no window, and none comes', () => {
  const { popup, timers, made, at, status } = stage();
  popup.show();
  at(0).events.drawn();
  popup.hide();
  popup.tell(status('1'));
  popup.destroy();
  popup.prepare();
  popup.show();
  popup.toggle();
  timers.pass(day);
  expect(made).toHaveLength(1);
  expect(at(0).done).toEqual(['reveal', 'hide', 'destroy']);
});
