import type { BlockPolicy, BusyPolicy } from '../../shared/dto.ts';
import { plainSummary } from './content.ts';

/** What counts as busy where the person has said nothing (design.md, "What is busy"; google-calendar.md §3.2). */
export const defaultBusyPolicy: BusyPolicy = {
  allDay: 'when-marked-busy',
  free: false,
  declined: false,
  unanswered: true,
  tentative: true,
  workingLocation: false,
  birthday: false,
  focusTime: true,
  outOfOffice: true,
  fromMail: false,
  holidays: false,
  optionalGuest: true,
  hours: null,
  minimumMinutes: 0,
  ignoreTitles: '',
};

/** What blocks show where the person has said nothing: that one is busy, and no more (design.md, "What a block shows"). */
export const defaultBlockPolicy: BlockPolicy = {
  summary: plainSummary,
  visibility: 'private',
  colorId: null,
  bufferBefore: 0,
  bufferAfter: 0,
  place: false,
  tellPrivate: false,
  outOfOffice: false,
};
