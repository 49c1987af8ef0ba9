import { BellOff, Ellipsis, Info, ListChecks, Trash, Users } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { words } from '../words.ts';
import { Menu } from './menu.tsx';

/** What the menu leads to, in order. */
const icons = {
  preview: ListChecks,
  mutes: BellOff,
  accounts: Users,
  reset: Trash,
  about: Info,
} as const satisfies Record<string, LucideIcon>;

export type PopupMenuItem = keyof typeof icons;

/** The menu in the head of the popup: what is wanted less often than the rest. */
export function PopupMenu({ onChoose }: { readonly onChoose: (item: PopupMenuItem) => void }): ReactElement {
  return (
    <Menu
      label={words.menu}
      face={<Ellipsis size={16} aria-hidden />}
      look="icon"
      side="below"
      items={(Object.keys(icons) as PopupMenuItem[]).map((key) => {
        const Icon = icons[key];
        return {
          key,
          label: words.menuItems[key],
          icon: <Icon size={16} aria-hidden />,
          danger: key === 'reset',
          onChoose: () => onChoose(key),
        };
      })}
    />
  );
}
