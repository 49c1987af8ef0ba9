/** Whole pixels of the desktop, as Electron counts them. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Screen {
  /** The whole display. */
  readonly bounds: Bounds;
  /** Without task bar, menu bar and dock. */
  readonly workArea: Bounds;
}

/** Between the popup and what it must not touch. */
const gap = 8;

const clamp = (value: number, low: number, high: number): number => Math.round(Math.max(low, Math.min(value, high)));
const centre = ({ x, y, width, height }: Bounds): { x: number; y: number } => ({ x: x + width / 2, y: y + height / 2 });

/** Takes screens and a point; returns the one that holds it, or the nearest by its centre. There is at least one. */
export function screenAt<Each extends Screen>(
  screens: readonly [Each, ...Each[]],
  point: { x: number; y: number },
): Each {
  const distance = ({ bounds }: Each): number => {
    const { x, y, width, height } = bounds;
    const across = Math.max(x - point.x, 0, point.x - (x + width - 1));
    const down = Math.max(y - point.y, 0, point.y - (y + height - 1));
    return across ** 2 + down ** 2;
  };
  return screens.reduce((best, each) => (distance(each) < distance(best) ? each : best));
}

/**
 * Takes the icon's bounds (null or empty where the system does not tell, as most Linux trays), where the pointer is, the
 * screens and the size wanted; returns where the popup goes: centred at the icon, on the side where there is room, wholly
 * within the work area of the icon's screen. Without an icon it goes into the corner where trays are, on the pointer's
 * screen. A popup that is taller than the work area is made to fit.
 */
export function popupBounds(
  icon: Bounds | null,
  pointer: { readonly x: number; readonly y: number },
  screens: readonly [Screen, ...Screen[]],
  wanted: Size,
): Bounds {
  const known = icon !== null && icon.width > 0 && icon.height > 0 ? icon : null;
  const { workArea } = screenAt(screens, known === null ? pointer : centre(known));
  const width = Math.min(wanted.width, workArea.width - 2 * gap);
  const height = Math.min(wanted.height, workArea.height - 2 * gap);
  const left = workArea.x + gap;
  const top = workArea.y + gap;
  const right = workArea.x + workArea.width - gap - width;
  const bottom = workArea.y + workArea.height - gap - height;
  if (known === null) {
    // Because the panel with the tray takes its room from the screen, what is missing tells where it is.
    const { bounds } = screenAt(screens, pointer);
    const panelBelow = bounds.y + bounds.height > workArea.y + workArea.height && workArea.y === bounds.y;
    return { x: right, y: panelBelow ? bottom : top, width, height };
  }
  const { x, y } = centre(known);
  const besideLeft = known.x + known.width <= workArea.x;
  const besideRight = known.x >= workArea.x + workArea.width;
  if (besideLeft || besideRight) {
    return { x: besideLeft ? left : right, y: clamp(y - height / 2, top, bottom), width, height };
  }
  const above = y > workArea.y + workArea.height / 2;
  const beside = above ? known.y - gap - height : known.y + known.height + gap;
  return { x: clamp(x - width / 2, left, right), y: clamp(beside, top, bottom), width, height };
}

/**
 * Takes the bounds that a window had when it was last open and the screens of today; returns where it goes: wholly within the work
 * area of the screen that shows most of it, moved and made smaller as little as possible; null where no screen shows enough of its
 * top to grab it.
 */
export function reachableBounds(last: Bounds, screens: readonly [Screen, ...Screen[]]): Bounds | null {
  const grip = 80;
  const acrossOn = ({ workArea }: Screen): number =>
    Math.min(last.x + last.width, workArea.x + workArea.width) - Math.max(last.x, workArea.x);
  const [best] = screens
    .filter((screen) => {
      const { y, height } = screen.workArea;
      return acrossOn(screen) >= grip && last.y >= y && last.y <= y + height - grip / 2;
    })
    .toSorted((one, other) => acrossOn(other) - acrossOn(one));
  if (best === undefined) return null;
  const { workArea } = best;
  const { width, height } = sizeWithin(last, best);
  return {
    x: clamp(last.x, workArea.x, workArea.x + workArea.width - width),
    y: clamp(last.y, workArea.y, workArea.y + workArea.height - height),
    width,
    height,
  };
}

/** Takes a size and a screen; returns it no larger than the work area. */
export function sizeWithin({ width, height }: Size, { workArea }: Screen): Size {
  return { width: Math.min(width, workArea.width), height: Math.min(height, workArea.height) };
}
