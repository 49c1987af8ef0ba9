/**
 * The names of the channels between a page and the main process of the desktop app. There are no others, and a page
 * cannot choose one: the preload script holds them.
 */
export const channels = {
  /** A request of `ipcContract`: `(name, input)`, answered with the envelope. */
  call: 'calsync:call',
  /** A request of `desktopContract`, in the same manner. */
  desktop: 'calsync:desktop',
  /** Pushed: a status snapshot. */
  status: 'calsync:status',
  /** Pushed: the place of the settings window to be shown. */
  navigate: 'calsync:navigate',
} as const;
