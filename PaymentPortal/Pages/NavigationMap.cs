using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace PaymentPortal.Pages;

/// <summary>One place a person can go to: its name, address, icon, the letter after <c>g</c>, and the right that opens it.</summary>
public sealed record NavigationEntry(string Label, string Path, string Icon, string Key, string? Right = null, string Question = "");

public sealed record NavigationGroup(string? Label, IReadOnlyList<NavigationEntry> Entries);

/// <summary>The map of the portal. A place is shown once its page exists in this program: who adds a page adds nothing here.</summary>
public static class NavigationMap
{
    private static readonly NavigationGroup[] Planned =
    [
        new(null,
        [
            new("Home", "/", "home", "h", null, "Is anything wrong, what do I do first?"),
            new("Payments", "/payments", "card", "p", Rights.SeePayments, "Which payment is it, and what happened to it?"),
            new("Customers", "/customers", "users", "c", Rights.SeePayments, "Has this person paid?"),
            new("Refunds", "/refunds", "undo", "r", Rights.SeePayments, "Is the money back?"),
            new("Disputes", "/disputes", "flag", "b", Rights.SeePayments, "What must be answered, and until when?"),
        ]),
        new("Operations",
        [
            new("Dead letters", "/ops/dead-letters", "inbox", "d", Rights.SeePayments, "What broke, how much, can I redrive it?"),
            new("Jobs", "/ops/jobs", "list", "j", Rights.SeePayments, "Is my bulk action done, what failed?"),
            new("Scheduled retries", "/ops/retries", "retry", "t", Rights.SeePayments, "What will be tried next, and when?"),
            new("Webhooks", "/ops/webhooks", "external", "w", Rights.SeePayments, "Did they hear from us?"),
        ]),
        new("Finance",
        [
            new("Ledger", "/ledger", "book", "l", Rights.SeeLedger, "Where is the money?"),
            new("Reconciliation", "/recon", "scale", "x", Rights.SeeLedger, "Do the bank and the PSP agree with us?"),
            new("Mismatches", "/recon/mismatches", "alert", "m", Rights.SeeLedger, "What differs, how old is it, who has it?"),
            new("Daily close", "/recon/close", "lock", "y", Rights.SeeLedger, "Does the day prove itself, and who signed it?"),
            new("Payouts", "/payouts", "send", "o", Rights.SeeLedger, "What goes out, when, who agreed?"),
            new("Sellers", "/sellers", "users", "v", Rights.SeeLedger, "Whom do we owe, and how much may leave?"),
            new("Approvals", "/approvals", "check-circle", "a", null, "What waits for me?"),
            new("Exports", "/exports", "download", "e", Rights.Export, "Which files can I take, and who took which?"),
        ]),
        new(null, [new("Integrity", "/integrity", "check-circle", "i", Rights.SeeHealth, "Do the books prove themselves?"), new("Audit log", "/audit", "shield", "u", null, "Who did what, and why?")]),
        new("Admin",
        [
            new("Users", "/admin/users", "users", "", Rights.SeeAccess, "Who can get in?"),
            new("API keys", "/admin/api-keys", "key", "k", Rights.SeeAccess, "Which keys live, who uses them?"),
            new("Retry policies", "/admin/retry-policies", "retry", "", Rights.SeeAccess, "How do we retry?"),
            new("Endpoints", "/admin/webhooks", "external", "", Rights.SeeAccess, "Whom do we tell?"),
            new("Health", "/admin/health", "pulse", "s", Rights.SeeHealth, "Is the plant up?"),
        ]),
    ];

    private static readonly HashSet<string> Routes = [.. typeof(NavigationMap).Assembly.GetTypes()
        .SelectMany(page => page.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template)];

    public static IReadOnlyList<NavigationGroup> Groups { get; } = [.. Planned
        .Select(group => group with { Entries = [.. group.Entries.Where(entry => Routes.Contains(entry.Path))] })
        .Where(group => group.Entries.Count > 0)];

    /// <summary>The place that an address lies in: of two that hold it, the nearer one.</summary>
    public static NavigationEntry? Here(string path) => Groups.SelectMany(group => group.Entries)
        .Where(entry => path == entry.Path || (entry.Path != "/" && path.StartsWith(entry.Path + "/", StringComparison.Ordinal)))
        .MaxBy(entry => entry.Path.Length);

    public static bool Has(string path) => Routes.Contains(path);
}
