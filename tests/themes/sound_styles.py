"""Stylesheets as front-end developers write them, none of which does harm."""

from __future__ import annotations

from typing import Final

SOUND: Final[dict[str, str]] = {
    "nothing": "",
    "a comment": "/* Nothing yet: it's Midtown's \"theme.css\" {( */\n",
    "custom properties, light and dark": """
  :root { --accent: #2f5d8a; --accent-soft: color-mix(in oklab, var(--accent) 15%, transparent); --Gap_1: 8px;
    --font: "Helvetica Neue", "Noto Sans", sans-serif; color-scheme: light dark; --empty: ; }
  @media (prefers-color-scheme: dark) { :root { --accent: #8ab4dd } }
  body { font: 1rem/1.55 var(--font); color: var(--ink, light-dark(#111, #eee)) }
  """,
    "gradients and pictures": """
  .hero { background: linear-gradient(to bottom, rgb(0 0 0 / 40%), transparent 60%),
      radial-gradient(circle at 20% 30%, hsl(210deg 50% 40%), #0000 70%),
      url(assets/hero-2.jpg) center / cover no-repeat;
    background-attachment: fixed }
  .logo { background: URL("assets/logo.svg") }
  .dots { background-image: repeating-conic-gradient(from 0.25turn, red 0 10deg, oklch(70% .1 200) 10deg 20deg) }
  """,
    "grid": """
  .topics { display: grid; grid-template-columns: [start] repeat(auto-fill, minmax(min(100%, 17em), 1fr)) [end];
    gap: clamp(8px, 2vw, 24px) }
  .page { grid-template: "head head" auto "side main" 1fr / fit-content(20em) minmax(0, 1fr) }
  .side { grid-area: 2 / 1 / -1 / span 1; order: -1 }
  """,
    "media, in both ways of writing": """
  @media screen and (min-width: 40em) and (not (max-width: 60em)), print { .bar { padding-inline: 2rem } }
  @media (400px <= width < 1200px) { .bar { display: none } }
  @media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation-duration: .01ms !important;
    transition: none !important; scroll-behavior: auto !important } }
  @media print { .top, .foot { display: none } a::after { content: " ↗" } }
  @media (hover: hover) and (aspect-ratio > 3/2) { .row:hover { background: var(--hover) } }
  """,
    "container queries": """
  .card { container: card / inline-size }
  @container card (inline-size > 30em) and (orientation: landscape) { .card > h2 { font-size: 1.5cqi } }
  @container style(--dense: true) { .card { padding: 0 } }
  """,
    "fonts": """
  @font-face { font-family: "Acme Sans"; src: local("Acme Sans"), url(assets/acme-sans.woff2) format("woff2");
    font-weight: 100 900; font-display: swap; unicode-range: U+0000-00FF, U+2??, U+20AC; size-adjust: 98% }
  h1 { font-family: "Acme Sans", system-ui; font-feature-settings: "kern" 1, "tnum"; letter-spacing: -.02em }
  """,
    "animations": """
  @keyframes fade-in { from { opacity: 0; transform: translateY(8px) } 60%, 80% { opacity: .9 } to { opacity: 1 } }
  .panel { animation: fade-in .3s cubic-bezier(.2, .8, .2, 1) both; transition: box-shadow 120ms ease-out }
  .arrow { transition: rotate .2s steps(4, jump-end); transform: rotate(45deg) scale3d(1, 1, 1) }
  """,
    "nesting": """
  .menu { display: flex; gap: 1rem;
    & > li + li { border-inline-start: 1px solid; padding-inline-start: 1rem }
    &:hover, &:focus-within { color: var(--accent) }
    a:not(.button):hover { text-decoration: underline }
    @media (max-width: 30em) { flex-direction: column; & li { border: 0 } }
    .dark & { color: white }
  }
  """,
    "selectors": """
  .rows > li:nth-child(2n+1 ):not(:last-child), .rows li:nth-of-type(odd), li:nth-last-child(-n + 3) { margin: 0 }
  main:has(> .sheet) { max-inline-size: none }
  :is(h1, h2, h3):where(.a, .b) ~ p:first-of-type::first-letter { font-size: 2em }
  a[aria-current], a[href^="https://"], a[href$=".pdf" i], input[type="search"], [dir=rtl] .icon,
    [lang|=de] { color: red }
  :lang(ar) h1, :dir(rtl) h2 { letter-spacing: 0 }
  details[open] > summary::marker, li::marker { color: green }
  .find input::placeholder, ::file-selector-button, input[type=search]::-webkit-search-cancel-button { color: gray }
  *, *::before, *::after { box-sizing: border-box }
  a:focus-visible { outline: 2px solid; outline-offset: 2px }
  tr:nth-child(even):hover td { background: #f8f8f8 }
  """,
    "layers and conditions": """
  @layer reset, base;
  @layer base { h1 { margin: 0 } @layer inner { h2 { margin: 0 } } }
  @supports (display: grid) and (not (display: inline-grid)) { .a { float: left } }
  @supports selector(:has(a)) or (color: color(display-p3 1 0 0)) { .a { color: color(display-p3 1 0 0) } }
  @property --angle { syntax: "<angle>"; inherits: false; initial-value: 0deg }
  """,
    "places and signs": """
  .card { position: relative; z-index: 1; isolation: isolate }
  .card a::after { content: ""; position: absolute; inset: 0 }
  .unread::before { content: "●" / "new"; position: absolute; inset-inline-start: -1em }
  .steps { counter-reset: step; list-style: "– " }
  .steps li::before { content: counter(step) ". "; counter-increment: step }
  q { quotes: "«" "»" } .cut { overflow: hidden; text-overflow: ellipsis; -webkit-line-clamp: 2; display: -webkit-box }
  """,
    "sums and shapes": """
  .a { width: calc(100% - (2 * var(--gap, 1rem)) + env(safe-area-inset-left, 0px)); rotate: calc(sin(45deg) * 1rad);
    clip-path: polygon(0 0, 100% 0, 50% 100%); filter: drop-shadow(0 2px 4px #0003) saturate(1.2); aspect-ratio: 16/9;
    margin: -1px auto 0 -.5em; line-height: 1.5; font-size: max(1rem, 1.2vw); width: 1e2px; height: 50dvh }
  """,
    "colons, commas and comments in odd places": """
  .a/* one */ .b,/* two */.c{color:red;/* three */}/**/
  .d { /* alone */ }
  .e{margin:0 /* top */ auto;;;color:RED}.f{}
  """,
    "other scripts": """
  .größe, .サイズ { color: red } .x::before { content: '日本語' } /* مرحبا */
  .y { font-family: 'Größe' }
  """,
}
"""What each shows, and the stylesheet."""
