import type { App, Session, WebContents, WebPreferences } from 'electron';
import { pageOrigin } from '../pages/page-files.ts';

/** Takes the path of the preload script and whether the app runs from its sources; returns how each page is kept. */
export function pagePreferences(preload: string, development: boolean): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: development,
  };
}

/**
 * Denies every page what no page of ours needs: going elsewhere, opening windows, holding other pages, speaking to peers. Before
 * any page exists. Nobody is asked about an empty page or one written in place (`about:blank`, `srcdoc`), which have no policy of
 * their own: a window that comes to hold one ends.
 */
export function confinePages(app: App): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('frame-created', (_created, { frame }) => {
      if (frame !== null && frame.parent !== null) end(contents);
    });
    contents.on('did-start-navigation', ({ url, isMainFrame }) => {
      if (isMainFrame && url.startsWith('about:')) end(contents);
    });
    // Because a peer is found without a request of the page, and Chromium knows no directive of the policy for it.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  });
}

/** What Chromium would ask servers of its maker for by itself, by the switches that end it. */
const quietSwitches = [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'no-pings',
] as const;

/** Keeps Chromium from contacting anybody by itself, because nobody is contacted but the services that the person connected. Before `ready`. */
export function quietChromium({ commandLine }: Pick<App, 'commandLine'>): void {
  for (const each of quietSwitches) commandLine.appendSwitch(each);
}

/** Ends the process of a page, and with it its window, as after a crash: whoever opens it again gets a new one. */
function end(contents: WebContents): void {
  if (!contents.isDestroyed() && !contents.isCrashed()) contents.forcefullyCrashRenderer();
}

/** Takes the session of the pages; denies it permissions, devices, downloads, the spell checker and the network. */
export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
  // Because a dictionary is downloaded for each language that is named, whether or not anything is checked by it.
  session.setSpellCheckerLanguages([]);
  // Of pages, whatever they ask with: they come from their own protocol, and all calls to services are made elsewhere.
  session.enableNetworkEmulation({ offline: true });
  // Besides the policy in the header, because that one binds pages of ours only, and not what comes without it; and what asks by the
  // session itself, which is no page, is not offline.
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isAllowedRequest(details.url) });
  });
}

/** Takes the address of a request of a page; returns whether it stays within the app. */
export function isAllowedRequest(address: string): boolean {
  return (
    address.startsWith(`${pageOrigin}/`) || address.startsWith('data:') || address.startsWith('devtools://devtools/')
  );
}
