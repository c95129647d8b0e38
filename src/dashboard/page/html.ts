/** The page before its first message. */

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign] as string)

/** Three spikes: the icon needs no request. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 11h3V4h1v7h3V2h1v9h3V6h1v5h2' fill='none' stroke='%230072b2' stroke-width='1.4'/%3E%3C/svg%3E"

/** @param main path of the module that begins */
export const html = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/style.css">
<script type="module" src="${main}"></script>
</head>
<body data-connection="connecting">
<header class="top">
<h1 id="title">${escape(title)}</h1>
<span id="connection" class="lamp" role="status">connecting</span>
<span class="space"></span>
<button id="pause" type="button" aria-pressed="false" title="Freeze the pictures (p)"><span class="text">Pause</span><kbd>p</kbd></button>
</header>
<dl id="health" class="health" aria-label="Health"></dl>
<noscript><p class="empty">This page draws with JavaScript.</p></noscript>
<main>
<p id="empty" class="empty">Waiting for the first value.</p>
<div id="pictures" class="pictures"></div>
<div id="series" class="series"></div>
<aside id="rail" class="rail"></aside>
</main>
</body>
</html>
`
