namespace PaymentPortal.Sandbox.Hosted;

/// <summary>The hosted pages' style sheet, served by the sandbox itself so that its pages need nothing from the portal.</summary>
public static class HostedStyle
{
    public const string Sheet = """
        :root { color-scheme: light dark; --paper: #f4f1ea; --card: #fffdf8; --ink: #1d1b16; --soft: #5c574b; --line: #8a8371; --go: #1b5e4b; --goInk: #ffffff;
          --bad: #a3170f; --badPaper: #fdecea; --focus: #0b57d0; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #16150f; --card: #211f18; --ink: #f3efe4; --soft: #bdb6a4; --line: #8f8875; --go: #7fd6b8; --goInk: #10241d;
            --bad: #ffb4ab; --badPaper: #3b1512; --focus: #a8c7fa; }
        }
        *, *::before, *::after { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
        .mode { margin: 0; padding: 8px 16px; background: var(--ink); color: var(--paper); text-align: center; font-weight: 600; }
        main { max-width: 60rem; margin: 0 auto; padding: 16px; display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); }
        @media (min-width: 52rem) { main.two { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); grid-template-rows: auto 1fr; padding-top: 48px; }
          main.two > :nth-child(2) { grid-row: span 2; align-self: start; } }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 8px; }
        h2 { font-size: 1.125rem; margin: 0 0 8px; }
        .total { font-size: 2rem; font-weight: 700; margin: 0 0 16px; overflow-wrap: anywhere; }
        .panel { background: var(--card); border: 1px solid var(--line); border-radius: 4px; padding: 16px; }
        .items { list-style: none; margin: 0 0 16px; padding: 0; }
        .items li { display: flex; justify-content: space-between; gap: 16px; padding: 8px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        .items span:last-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
        label { display: block; font-weight: 600; margin: 16px 0 4px; }
        input { width: 100%; min-height: 48px; padding: 8px 12px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 4px; }
        input[aria-invalid] { border: 2px solid var(--bad); }
        .pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 16px; }
        .hint { color: var(--soft); margin: 0; }
        .wrong { color: var(--bad); font-weight: 600; margin: 4px 0 0; }
        .problem { background: var(--badPaper); border: 2px solid var(--bad); border-radius: 4px; padding: 16px; margin-bottom: 16px; }
        .problem ul { margin: 0; padding-left: 20px; }
        .problem a { color: var(--bad); }
        button { width: 100%; min-height: 48px; margin-top: 24px; padding: 8px 16px; font: inherit; font-weight: 700; cursor: pointer;
          background: var(--go); color: var(--goInk); border: 2px solid var(--go); border-radius: 4px; }
        button.second { background: transparent; color: var(--ink); border-color: var(--line); margin-top: 16px; }
        a { color: inherit; }
        .back { display: inline-flex; align-items: center; min-height: 48px; }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
        summary { min-height: 48px; display: list-item; align-content: center; cursor: pointer; font-weight: 600; }
        dl { margin: 0; }
        dt { font-family: ui-monospace, Menlo, Consolas, monospace; margin-top: 8px; }
        dd { margin: 0; color: var(--soft); }
        """;
}
