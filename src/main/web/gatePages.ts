// The two small pages a browser sees before it is let in. No scripts, nothing loaded.
const style =
  'body{font:15px/1.5 system-ui,sans-serif;background:#16181d;color:#d7dae0;display:grid;place-items:center;min-height:100vh;margin:0}main{max-width:34rem;padding:2rem}h1{font-size:1.25rem}code{background:#262a33;padding:.1em .4em;border-radius:4px}input,button{font:inherit;padding:.5em .8em;border-radius:6px;border:1px solid #596173;background:#262a33;color:inherit}p.wrong{color:#ff9d8a}';

function page(title: string, body: string, status: number): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head><body><main><h1>CAV-MAE Studio</h1>${body}</main></body></html>`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    },
  });
}

const nextSteps = {
  password: '<p><a href="/" style="color:#8ab4ff">Sign in with the password</a></p>',
  link: '<p>A fresh link has just been printed in the terminal where <code>npm start</code> or <code>cavmae serve</code> runs. Open that one.</p>',
  wait: '<p>Several links were printed in the terminal where <code>npm start</code> or <code>cavmae serve</code> runs: open the last one. If it was used, reload this page in a minute and a fresh one is printed.</p>',
};

/** `reason` is our own text; `next` says how to get in. */
export function deniedPage(reason: string, next: keyof typeof nextSteps): Response {
  return page('Not signed in', `<p>${reason}</p>${nextSteps[next]}`, 401);
}

export function loginPage(wrong: string | null, status: number): Response {
  return page(
    'Sign in',
    `${wrong ? `<p class="wrong" role="alert">${wrong}</p>` : ''}<form method="post" action="/login"><label>Password <input type="password" name="password" autocomplete="current-password" autofocus required></label> <button>Sign in</button></form>`,
    status,
  );
}
