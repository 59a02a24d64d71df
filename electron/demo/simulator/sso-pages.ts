/** What the demo's sign-in page shows in a browser. */
import { type Answer, escapeXml } from './http'

function page(content: string, formAction = ''): Answer {
  return {
    status: 200,
    type: 'text/html',
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo sign-in</title><body style="font:16px system-ui;margin:4rem auto;max-width:28rem">${content}</body></html>`,
    headers: {
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'${formAction}`,
    },
  }
}

/** Asks whether this client may act for the person; `fields` are in the form. A browser may be sent on to `redirect`. */
export function consentPage(
  client: string,
  fields: Readonly<Record<string, string>>,
  redirect: string | null = null,
): Answer {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input name="${name}" value="${escapeXml(value)}" aria-label="Code"> `,
  )
  const who = client === '' ? 'the one who has this code' : escapeXml(client)
  return page(
    `<h1>Demo sign-in</h1><p>Allow ${who} to act for you in the demo fleet?</p><form method="post">${inputs.join('')}<button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></form>`,
    redirect === null ? '' : ` ${new URL(redirect).origin}`,
  )
}

/** The person has answered. */
export const donePage = (allowed: boolean): Answer =>
  page(`<h1>Request ${allowed ? 'approved' : 'denied'}</h1><p>You can close this window.</p>`)

/** There is nothing to answer here. */
export const refusedPage = (why: string): Answer => ({
  ...page(`<h1>Demo sign-in</h1><p>${escapeXml(why)}</p>`),
  status: 400,
})
