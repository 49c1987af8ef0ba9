import type { LucideIcon } from 'lucide-react';
import {
  Activity,
  Blocks,
  CalendarDays,
  Clock,
  Filter,
  ListChecks,
  MessageCircleQuestionMark,
  SlidersHorizontal,
  Users,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { appError } from '../shared/errors.ts';
import type { Health } from '../shared/health.ts';
import { isForThePerson } from '../shared/health.ts';
import type { SettingsPage } from '../shared/ipc.ts';
import { AccountsPage } from './components/settings/accounts-page.tsx';
import { ActivityPage } from './components/settings/activity-page.tsx';
import { AdvancedPage } from './components/settings/advanced-page.tsx';
import { BlocksPage } from './components/settings/blocks-page.tsx';
import type { FilterDraft } from './components/settings/busy-filters.tsx';
import { BusyPage } from './components/settings/busy-page.tsx';
import { CalendarsPage } from './components/settings/calendars-page.tsx';
import type { Drafts, PageProps } from './components/settings/page-props.ts';
import { PreviewPage } from './components/settings/preview-page.tsx';
import { SchedulePage } from './components/settings/schedule-page.tsx';
import { WhyPage } from './components/settings/why-page.tsx';
import { matterFor, words } from './words.ts';

/** A page that stands in the list of places; the guide has the whole window. */
export type Place = Exclude<SettingsPage, 'guide'>;

/** What there is of a place. */
export interface PlaceParts {
  readonly title: string;
  /** One sentence below the title. */
  readonly intro: string;
  readonly Icon: LucideIcon;
  readonly Page: (props: PageProps) => ReactElement;
}

const { settings } = words;
const { pages } = settings;

/** The places of the settings window, in the order of their list. */
export const places: { readonly [Each in Place]: PlaceParts } = {
  accounts: { title: pages.accounts, intro: settings.accounts.intro, Icon: Users, Page: AccountsPage },
  calendars: { title: pages.calendars, intro: settings.calendars.intro, Icon: CalendarDays, Page: CalendarsPage },
  blocks: { title: pages.blocks, intro: settings.blocks.intro, Icon: Blocks, Page: BlocksPage },
  busy: { title: pages.busy, intro: settings.busy.intro, Icon: Filter, Page: BusyPage },
  schedule: { title: pages.schedule, intro: settings.schedule.intro, Icon: Clock, Page: SchedulePage },
  preview: { title: pages.preview, intro: words.preview.intro, Icon: ListChecks, Page: PreviewPage },
  activity: { title: pages.activity, intro: settings.activity.intro, Icon: Activity, Page: ActivityPage },
  why: { title: pages.why, intro: words.why.intro, Icon: MessageCircleQuestionMark, Page: WhyPage },
  advanced: { title: pages.advanced, intro: settings.advanced.intro, Icon: SlidersHorizontal, Page: AdvancedPage },
};

/** The names of the places, in the order of their list. */
export const placeNames = Object.keys(places) as readonly Place[];

/** Takes what was typed and not applied; returns the places that hold some of it. */
export function placesWithDrafts({ block, filters }: Drafts): ReadonlySet<Place> {
  const isTyped = ({ hoursOn, hours, minutes, titles }: FilterDraft): boolean =>
    hoursOn || hours !== null || minutes !== null || titles !== null;
  return new Set<Place>([
    ...(block === null ? [] : (['blocks'] as const)),
    ...([...filters.values()].some(isTyped) ? (['busy'] as const) : []),
  ]);
}

/** Takes how things stand; returns the places where what is the person's is looked after. */
export function placesInNeed({ matters }: Health): ReadonlySet<Place> {
  return new Set(
    matters.filter(isForThePerson).flatMap((matter): Place[] => {
      if (matter.kind === 'hold') return ['advanced'];
      if (matter.code === 'keychain-unavailable') return ['accounts'];
      const { step } = matterFor(appError(matter.code));
      if (step === 'sign-in' || step === 'add-account') return ['accounts'];
      return step === 'show-calendar' ? ['calendars'] : [];
    }),
  );
}
