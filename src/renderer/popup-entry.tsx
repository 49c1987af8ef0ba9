import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { PopupApp } from './popup-app.tsx';
import { chooseBridge } from './bridge.ts';
import { createStatusStore } from './status-store.ts';

// Because the page may not run generated code (its security policy says so), zod must not try to.
z.config({ jitless: true });

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
const bridge = chooseBridge(window);
const store = createStatusStore(bridge);
createRoot(root).render(
  <StrictMode>
    <PopupApp bridge={bridge} store={store} />
  </StrictMode>,
);
