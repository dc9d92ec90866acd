using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace PaymentPortal.Tests.Support;

/// <summary>Tests that want the browser: <c>[Collection(Browser.Collection)]</c>, <c>[SkippableFact]</c>, and <c>await browser.NewPageAsync(…)</c>.</summary>
[CollectionDefinition(Browser.Collection)]
[CountEnds]
public sealed class BrowserCollection : ICollectionFixture<Browser>;

/// <summary>Counts the tests of the collection that are over, so that the browser knows which of its pages nobody looks at any more.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CountEndsAttribute : BeforeAfterTestAttribute
{
    private static int _ended;

    public static int Ended => _ended;

    public override void After(MethodInfo methodUnderTest) => Interlocked.Increment(ref _ended);
}

/// <summary>
/// One Chromium for the whole run: the machine's own, else installed where we are root on Debian, else Playwright's download, else the tests are
/// skipped with the package's name. With CI=true a missing browser is a failure.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    public const string Collection = "browser";

    private const string Package = "chromium-headless-shell";

    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    /// <summary>The shell first: a whole browser draws a window, with a process of its own, around each page that nobody sees.</summary>
    private static readonly string[] Known = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly List<IBrowserContext> _open = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string _missing = "";
    private int _endedBefore;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        try
        {
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = await FindAsync(), Args = Arguments });
        }
        catch (PlaywrightException error)
        {
            _missing = $"No browser: install the Debian package '{Package}'. " + error.Message.Split('\n')[0];
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A page in a context of its own: no cookie of another test. Lives until the next test opens one.</summary>
    public async Task<IPage> NewPageAsync(Uri address, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, bool hasScripts = true)
    {
        if (_browser is null && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(_missing);
        Skip.If(_browser is null, _missing);
        await CloseForgottenAsync();
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            JavaScriptEnabled = hasScripts,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(15_000);
        _open.Add(context);
        return await context.NewPageAsync();
    }

    /// <summary>Pages of tests that are over go on living, each with its circuit and its timers, and slow down those that come after.</summary>
    private async Task CloseForgottenAsync()
    {
        if (_endedBefore == CountEndsAttribute.Ended) return;
        _endedBefore = CountEndsAttribute.Ended;
        foreach (var context in _open) await context.CloseAsync();
        _open.Clear();
    }

    private static async Task<string?> FindAsync()
    {
        if (Known.FirstOrDefault(File.Exists) is { } path) return path;
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux) && File.Exists("/etc/debian_version") && Environment.IsPrivilegedProcess) return await DebianPackage.EnsureAsync(Package, Package);
        Microsoft.Playwright.Program.Main(["install", "chromium"]);
        return null;
    }
}

/// <summary>What every page is held to.</summary>
public static class PageChecks
{
    private static readonly Regex NotLogin = new("^(?!.*/login)");

    /// <summary>Through the sign-in page, as a person does.</summary>
    public static async Task SignInAsync(this IPage page, string email, string password = PortalClient.Password)
    {
        await page.GotoAsync("/login");
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitToBeAtAsync(NotLogin);
    }

    /// <summary>Presses a button that asks first, fills in why where it asks for that, and says yes.</summary>
    /// <param name="verb">What the dialog's own button says, where that is not the label.</param>
    public static async Task ConfirmAsync(this IPage page, string label, string? words = null, string? verb = null)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = label, Exact = true }).First.ClickAsync();
        var dialog = page.Locator("dialog[open]");
        if (words is not null) await dialog.Locator("[required], form > .pp-field textarea").First.FillAsync(words);
        await dialog.GetByRole(AriaRole.Button, new() { Name = verb ?? label, Exact = true }).ClickAsync();
    }

    /// <summary>Keeps a picture when SCREENSHOTS names a folder: for people who change the look.</summary>
    public static async Task ShootAsync(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, string.Concat(name.Select(character => char.IsLetterOrDigit(character) ? character : '_')) + ".png"), FullPage = true });
    }

    /// <summary>
    /// No serious and no critical finding of axe, targets of at least 24 px included. Pages are looked at light and wide, and dark and narrow: each theme and
    /// each width once, for colours follow the theme and fit follows the width.
    /// </summary>
    public static async Task AssertAccessibleAsync(this IPage page, string what)
    {
        // The title is gone for a moment while the circuit takes the page over.
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex("."));
        var rules = new Dictionary<string, RuleOptions> { ["target-size"] = new() { Enabled = true } };
        var found = await page.RunAxe(new AxeRunOptions { Rules = rules });
        var grave = found.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id} ({violation.Impact}) at {node.Html}")).ToArray();
        Assert.True(grave.Length == 0, $"{what}: {string.Join('\n', grave)}");
    }

    /// <summary>The page never scrolls sideways.</summary>
    public static async Task AssertFitsAsync(this IPage page, string what) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{what} is wider than the window");

    /// <summary>
    /// Waits until the page has moved on to the address (* is part of a segment, ** is anything); says what stands on it when it does not. Asks again
    /// and again: Playwright's own wait for an address misses, now and then, a move that the page makes without loading.
    /// </summary>
    public static Task WaitToBeAtAsync(this IPage page, string address) =>
        page.WaitToBeAtAsync(new Regex(Regex.Escape(address).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$"));

    private static async Task WaitToBeAtAsync(this IPage page, Regex address)
    {
        try
        {
            await Assertions.Expect(page).ToHaveURLAsync(address, new() { Timeout = 15_000 });
        }
        catch (PlaywrightException error)
        {
            throw new TimeoutException($"{page.Url} never became {address}. It says: {await page.Locator("body").InnerTextAsync()}", error);
        }
        await page.WaitForLoadStateAsync();
    }

    /// <summary>Waits until clicks of the page reach the server.</summary>
    public static Task WaitForCircuitAsync(this IPage page) => page.WaitForFunctionAsync("() => window.Blazor !== undefined && document.documentElement.dataset.ppReady === 'true'");
}
