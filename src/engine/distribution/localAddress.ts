// Which hosts are this machine. Anything else is spoken to with TLS, unless the address says `tls=off`.

export const isLocalHost = (host: string): boolean =>
  host === '' || host === 'localhost' || host === '[::1]' || host === '::1' || host.startsWith('127.');
