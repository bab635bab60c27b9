/** The adapter's requests only look like the platform's, which cannot copy them (as bounds on bodies must). */
export function platformRequest({ url, method, headers, body, signal }: Request): Request {
  return new Request(url, { method, headers, signal, ...(body ? { body, duplex: 'half' } : {}) });
}
