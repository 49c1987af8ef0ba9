import { appError, appErrorSchema, betweenCodes, type AppError, type ErrorCode } from '../../shared/errors.ts';

const between: ReadonlySet<ErrorCode> = new Set<ErrorCode>(betweenCodes);

/** Takes a code; returns whether it is about what stands in between (`betweenCodes`). */
export function isBetween(code: ErrorCode): boolean {
  return between.has(code);
}

const mark = 'calsync ';

/** Takes a failure on the way; returns it as the `code` of an error, because an HTTP client hands on nothing else of one. */
export function faultOfError(error: AppError): string {
  return mark + JSON.stringify(error);
}

/** What a certificate that is not valid now says first of a computer whose date is wrong. */
const untimely = /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/;
/** A certificate that is sound and another's, and what does not even speak TLS. */
const otherPlace = /^(?:ERR_TLS_CERT_ALTNAME_INVALID|EPROTO|ERR_SSL_\w+)$/;
const otherSigner = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/;

/**
 * Takes the `code` of an error of the network; returns what it says of what stands in between (or of the clock, by which certificates
 * are judged), or null where it says nothing of either.
 */
export function errorOfFault(code: string): AppError | null {
  if (code.startsWith(mark)) {
    try {
      return appErrorSchema.parse(JSON.parse(code.slice(mark.length)));
    } catch {
      return null;
    }
  }
  if (untimely.test(code)) return appError('clock-wrong', null, code);
  if (otherPlace.test(code)) return appError('network-portal', null, code.slice(0, 64));
  return otherSigner.test(code) ? appError('network-inspected', null, code.slice(0, 64)) : null;
}

/** An answer to a request, or to CONNECT. */
export interface SomeAnswer {
  readonly status: number;
  /** Takes a header name in lower case. */
  readonly header: (name: string) => string | null;
}

/** Takes an answer and the proxy that may have given it; returns what is always said by somebody in between, or null. */
function plainlyBetween({ status, header }: SomeAnswer, proxy: string | null): AppError | null {
  const detail = `HTTP ${status}`;
  if (status === 407) {
    const asked = header('proxy-authenticate') ?? '';
    const speaks = asked === '' || /\bbasic\b/i.test(asked);
    return appError(speaks ? 'proxy-login' : 'proxy-login-unsupported', proxy, detail);
  }
  // 511 is for nothing else (RFC 6585 §6), and no service that is spoken with here sends elsewhere.
  if (status === 511 || (status >= 300 && status < 400)) return appError('network-portal', null, detail);
  return null;
}

/** Takes the answer of a proxy to CONNECT that is no success, and its name; returns what it means. */
export function errorOfConnect(answer: SomeAnswer, proxy: string): AppError {
  const plain = plainlyBetween(answer, proxy);
  if (plain !== null) return plain;
  const code = answer.status >= 500 ? 'proxy-trouble' : 'proxy-refused';
  return appError(code, proxy, `HTTP ${answer.status}`);
}

/**
 * Takes a whole answer to a request that wants JSON, or parts, and what the service's own pages of errors are known by; returns what it says of somebody in between who gave it in the service's
 * place, or null where the service itself may have. A page is one of a network in between where a success should be, and where it
 * forbids or fails and is not known to be the service's. What such an answer says of sign-ins, calendars and events proves nothing.
 */
export function errorOfAnswer(answer: SomeAnswer & { readonly body: string }, ofService: RegExp): AppError | null {
  const plain = plainlyBetween(answer, null);
  if (plain !== null) return plain;
  const { status, body } = answer;
  const isPage =
    /^\s*text\/html\b/i.test(answer.header('content-type') ?? '') || /^\s*<(?:!doctype|html|head)/i.test(body);
  if (!isPage) return null;
  const detail = `HTTP ${status}, a page`;
  if (status >= 200 && status < 300) return appError('network-portal', null, detail);
  if (ofService.test(body)) return null;
  if ([403, 404, 451].includes(status)) return appError('proxy-refused', null, detail);
  return [502, 503, 504].includes(status) ? appError('proxy-trouble', null, detail) : null;
}
