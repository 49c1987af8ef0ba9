import { describe, expect, it } from 'vitest';
import { googleEndpoints, googleEndpointsAt } from '../../../src/main/providers/google/index.ts';

describe('endpoints', () => {
  it('are Google’s unless another server is named', () => {
    expect(googleEndpointsAt(null)).toEqual({ ok: true, value: googleEndpoints });
    expect(googleEndpoints.batchUrl).toBe('https://www.googleapis.com/batch/calendar/v3');
  });

  it.each(['http://127.0.0.1:4100', 'http://127.0.0.1:4100/'])('lie below %s', (baseUrl) => {
    expect(googleEndpointsAt(baseUrl)).toEqual({
      ok: true,
      value: { calendarRoot: 'http://127.0.0.1:4100/', batchUrl: 'http://127.0.0.1:4100/batch/calendar/v3' },
    });
  });

  it('lie on another computer only where that was said, and never in the clear', () => {
    expect(googleEndpointsAt('https://calendar.example', true)).toMatchObject({ ok: true });
    expect(googleEndpointsAt('http://calendar.example', true)).toMatchObject({ ok: false });
  });

  it.each([
    ['127.0.0.1:4100', '127.0.0.1:4100'],
    ['', ''],
    ['ftp://127.0.0.1', 'ftp://127.0.0.1'],
    ['https://calendar.example/prefix', 'https://calendar.example/prefix'],
    ['https://calendar.example/?q=1', 'https://calendar.example/?q=1'],
    ['http://calendar.example', 'http://calendar.example'],
    // Sign-ins would go there, whoever it is.
    ['https://calendar.example', 'https://calendar.example'],
    ['https://127.0.0.1.calendar.example', 'https://127.0.0.1.calendar.example'],
    ['https://user:word@calendar.example', null],
  ])('refuse %s', (baseUrl, about) => {
    const endpoints = googleEndpointsAt(baseUrl);
    expect(endpoints).toMatchObject({ ok: false, error: { code: 'address-invalid', about } });
  });
});
