import type { Messages } from './message.ts';
import { filled } from './message.ts';

/** What CalSync says about the way to the provider. */
export const networkMessages = {
  offline: {
    sentence: 'Google cannot be reached right now; nothing is lost.',
    action: 'Check the network if this lasts; syncing goes on by itself.',
    step: 'try-again',
  },
  'proxy-login': {
    sentence: (about) =>
      `${filled(about, 'The proxy ', '', 'A proxy')} between this computer and Google wants a name and a password, so CalSync cannot get through; your blocks stay as they are.`,
    action:
      'Set HTTPS_PROXY to http://name:password@host:port and start CalSync again, or ask whoever runs the network to let it through without a login.',
    step: 'try-again',
  },
  'proxy-login-unsupported': {
    sentence: (about) =>
      `${filled(about, 'The proxy ', '', 'A proxy')} between this computer and Google wants a login of a kind that CalSync does not know, such as NTLM or Kerberos; your blocks stay as they are.`,
    action:
      'Ask whoever runs the network to let this computer reach www.googleapis.com, oauth2.googleapis.com and openidconnect.googleapis.com without one, or run a helper such as Px or cntlm and set it as the proxy.',
    step: 'try-again',
  },
  'proxy-refused': {
    sentence: (about) =>
      `Something between this computer and Google${filled(about, ' (the proxy ', ')')} does not let CalSync through; your blocks stay as they are.`,
    action:
      'Ask whoever runs the network to allow www.googleapis.com, oauth2.googleapis.com and openidconnect.googleapis.com.',
    step: 'try-again',
  },
  'proxy-trouble': {
    sentence: (about) =>
      `Something between this computer and Google${filled(about, ' (the proxy ', ')')} could not pass on what CalSync asked; nothing is lost.`,
    action: 'CalSync tries again by itself; if this lasts, tell whoever runs the network.',
    step: 'try-again',
  },
  'proxy-unreachable': {
    sentence: (about) =>
      `${filled(about, 'The proxy ', '', 'The proxy')} that is set between this computer and Google cannot be reached; your blocks stay as they are.`,
    action:
      'Connect to the network that the proxy belongs to, or change the proxy in the settings of this computer (for the command line: HTTPS_PROXY and NO_PROXY).',
    step: 'try-again',
  },
  'proxy-unsupported': {
    sentence: (about) =>
      `The proxy that is set between this computer and Google is of a kind that CalSync cannot use${filled(about, ' (', ')')}; your blocks stay as they are.`,
    action:
      'Set an HTTP proxy in the settings of this computer; for the command line, set HTTPS_PROXY to http://host:port.',
    step: 'try-again',
  },
  'network-inspected': {
    sentence:
      'Something between this computer and Google answers with a certificate of its own that CalSync has no reason to believe, so nothing was sent; your blocks stay as they are.',
    action:
      'In a company, install its certificate authority on this computer, or name the file of it in CALSYNC_EXTRA_CA_CERTS, and start CalSync again; in a hotel or the like, open a browser and sign in to the network.',
    step: 'try-again',
  },
  'network-portal': {
    sentence:
      'Something between this computer and Google answers in its place, as networks do that want you to sign in to them first; your blocks stay as they are.',
    action: 'Open a browser and sign in to the network; CalSync then goes on by itself.',
    step: 'try-again',
  },
  'authorities-unreadable': {
    sentence: (about) =>
      `No certificate could be read from the file of authorities that is named${filled(about, ' (', ')')}, so what a company has signed between this computer and Google is not believed.`,
    action:
      'Name a file in PEM form that you may read in CALSYNC_EXTRA_CA_CERTS, or take the variable away, then start CalSync again.',
    step: 'try-again',
  },
} satisfies Messages;
