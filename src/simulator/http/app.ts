import { Hono } from 'hono';
import { notFound } from '../failures.ts';
import { registerControl } from '../control/routes.ts';
import type { TokenIssuer } from '../control/routes.ts';
import { registerConsent } from '../oauth/consent.ts';
import { registerTokenRoutes } from '../oauth/routes.ts';
import { answerFailure } from './answers.ts';
import { registerBatch } from './batch.ts';
import { registerCalendars } from './calendars.ts';
import type { SimulatorEnvironment } from './environment.ts';
import { registerEvents } from './events.ts';

/** Builds the HTTP application: Calendar v3, batch, OAuth and control under one base URL. */
export function createApp(issueTokens: TokenIssuer): Hono<SimulatorEnvironment> {
  const app = new Hono<SimulatorEnvironment>();
  registerEvents(app);
  registerCalendars(app);
  registerBatch(app);
  registerTokenRoutes(app);
  registerConsent(app);
  registerControl(app, issueTokens);
  app.notFound(() => answerFailure(notFound()));
  return app;
}
