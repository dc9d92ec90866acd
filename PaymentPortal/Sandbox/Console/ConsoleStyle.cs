namespace PaymentPortal.Sandbox.Console;

/// <summary>The console's style sheet, served by the sandbox itself. Wide tables scroll inside their panel; the page never does sideways.</summary>
public static class ConsoleStyle
{
    public const string Sheet = """
        :root { color-scheme: light dark; --paper: light-dark(#f4f1ea, #16150f); --card: light-dark(#fffdf8, #211f18); --ink: light-dark(#1d1b16, #f3efe4);
          --soft: light-dark(#5c574b, #bdb6a4); --line: light-dark(#cfc8b8, #4b4739); --edge: light-dark(#7d7664, #8f8875); --go: light-dark(#1b5e4b, #7fd6b8);
          --goInk: light-dark(#ffffff, #10241d); --bad: light-dark(#a3170f, #ffb4ab); --badPaper: light-dark(#fdecea, #3b1512);
          --good: light-dark(#1b5e20, #a5d6a7); --goodPaper: light-dark(#e3f1e4, #16341a); --wait: light-dark(#5b3f00, #ffd180); --waitPaper: light-dark(#fff3d6, #3a2a08);
          --focus: light-dark(#0b57d0, #a8c7fa); }
        *, *::before, *::after { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
        header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 4px 24px; padding: 8px 16px; background: var(--ink); color: var(--paper); }
        header p, header form { margin: 0; }
        header nav { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 20px; }
        header a, .plain { display: inline-flex; align-items: center; min-height: 32px; color: inherit; font: inherit; text-decoration: underline; background: none; border: 0; padding: 0; cursor: pointer; }
        header :focus-visible { outline-color: var(--paper); }
        main { max-width: 76rem; margin: 0 auto; padding: 16px; display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 8px 0 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.125rem; margin: 0; }
        h3 { font-size: 1rem; margin: 16px 0 4px; }
        .panel { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px; min-width: 0; scroll-margin-top: 16px; }
        .narrow { width: 100%; max-width: 30rem; margin: 32px auto; }
        .calm p, .panel > p { margin: 0; }
        .calm { border-left: 6px solid var(--good); }
        .alarm { border: 2px solid var(--bad); background: var(--badPaper); }
        .lead { color: var(--soft); margin: 0 0 12px !important; max-width: 60rem; }
        .big { font-size: 1.5rem; font-variant-numeric: tabular-nums; margin: 0 0 12px !important; }
        .soft { color: var(--soft); }
        .two { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
        @media (min-width: 60rem) { .two { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; } }
        button { min-height: 48px; padding: 8px 20px; font: inherit; font-weight: 600; cursor: pointer; color: var(--ink); background: var(--card); border: 2px solid var(--edge); border-radius: 6px; }
        button:hover { border-color: var(--ink); }
        .go { color: var(--goInk); background: var(--go); border-color: var(--go); margin-top: 16px; }
        .plain, .plain:hover { min-height: 32px; font-weight: 400; border: 0; }
        .row { display: flex; flex-wrap: wrap; gap: 8px; }
        .below { margin-top: 12px; }
        .drills { display: grid; gap: 8px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
        .drill { display: flex; flex-direction: column; gap: 4px; padding: 12px 16px; text-align: left; font-weight: 400; }
        .drill span { color: var(--soft); font-size: .875rem; line-height: 1.35; }
        .faults { list-style: none; margin: 8px 0 0; padding: 0; display: grid; gap: 8px; }
        .faults li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 8px 16px; overflow-wrap: anywhere; }
        .faults span { flex: 1 1 16rem; min-width: 0; }
        .fields { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.5rem), 1fr)); align-items: start; }
        label, legend { display: block; font-weight: 600; margin: 0 0 4px; }
        fieldset { margin: 16px 0; padding: 0; border: 0; min-width: 0; }
        input, select { width: 100%; min-height: 48px; padding: 8px 12px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; }
        .hint { color: var(--soft); font-size: .875rem; line-height: 1.35; margin: 4px 0 0; }
        .choices { display: grid; gap: 8px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
        .choice, .check { display: flex; gap: 12px; align-items: flex-start; min-height: 48px; padding: 10px 12px; margin: 0; border: 1px solid var(--line); border-radius: 6px; font-weight: 400; cursor: pointer; }
        .choice:has(:checked) { border-color: var(--go); box-shadow: inset 0 0 0 1px var(--go); }
        .choice span { min-width: 0; font-size: .875rem; line-height: 1.35; color: var(--soft); }
        .choice strong { display: block; color: var(--ink); font-size: 1rem; }
        .check { margin-top: 16px; align-items: center; }
        .choice input, .check input { flex: none; width: 24px; min-height: 24px; height: 24px; margin: 0; accent-color: var(--go); }
        .problem, .notice { margin: 0; padding: 12px 16px; border-radius: 6px; font-weight: 600; overflow-wrap: anywhere; }
        .problem { color: var(--bad); background: var(--badPaper); border: 2px solid var(--bad); margin-bottom: 16px; }
        .notice { color: var(--good); background: var(--goodPaper); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .875rem; }
        th, td { padding: 8px 12px; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
        thead th { color: var(--soft); font-weight: 600; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        .time { font-variant-numeric: tabular-nums; }
        #books thead th:not(:first-child) { text-align: right; }
        .chip { display: inline-block; padding: 2px 10px; border-radius: 999px; font-weight: 600; }
        .good { color: var(--good); background: var(--goodPaper); }
        .bad { color: var(--bad); background: var(--badPaper); }
        .wait { color: var(--wait); background: var(--waitPaper); }
        a { color: inherit; text-underline-offset: 2px; }
        td a, tbody th a { display: inline-block; min-height: 24px; }
        pre { margin: 0; padding: 16px; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; font: .875rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
        .id { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 1.125rem; }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
        """;
}
