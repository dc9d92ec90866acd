using System.Security.Claims;

namespace PaymentPortal;

/// <summary>The four roles of staff. A person may hold several; a role never implies another.</summary>
public static class StaffRoles
{
    public const string Support = nameof(Support);
    public const string Finance = nameof(Finance);
    public const string Auditor = nameof(Auditor);
    public const string Admin = nameof(Admin);

    public static IReadOnlyList<string> All { get; } = [Support, Finance, Auditor, Admin];
}

/// <summary>What a right answers one person: may do it; may see that it exists and why it is closed; or is not shown it at all.</summary>
public enum RightAnswer
{
    Hidden,
    Closed,
    Allowed,
}

/// <summary>One right: who holds it, and who only sees that it exists.</summary>
public sealed record Right(string Name, IReadOnlyList<string> Holders, IReadOnlyList<string> Onlookers)
{
    /// <summary>The sentence beside a closed control: who may do it, and who can change that.</summary>
    public string Reason => $"Needs the role {string.Join(" or ", Holders)}. An admin can grant it.";
}

/// <summary>
/// Who may do what: the one table that policies, pages and buttons ask. The constants are policy names, so a page writes
/// <c>[Authorize(Policy = Rights.SeeLedger)]</c>. Admins move no money; auditors open everything and change nothing.
/// </summary>
public static class Rights
{
    public const string SeePayments = "see-payments";
    public const string RevealPersonalData = "reveal-personal-data";
    public const string AskPsp = "ask-psp";
    public const string CancelCheckout = "cancel-checkout";
    public const string WriteNotes = "write-notes";
    public const string SeeLedger = "see-ledger";
    public const string RedriveDeadLetters = "redrive-dead-letters";
    public const string DiscardDeadLetters = "discard-dead-letters";
    public const string ResendWebhooks = "resend-webhooks";
    public const string Refund = "refund";
    public const string MoveMoney = "move-money";
    public const string ApproveMoney = "approve-money";
    public const string ApproveAccess = "approve-access";
    public const string ManageAccess = "manage-access";
    public const string SeeAccess = "see-access";
    public const string SeeHealth = "see-health";
    public const string Export = "export";

    private const string S = StaffRoles.Support;
    private const string F = StaffRoles.Finance;
    private const string V = StaffRoles.Auditor;
    private const string A = StaffRoles.Admin;

    public static IReadOnlyList<Right> All { get; } =
    [
        new(SeePayments, [S, F, V, A], []),
        new(RevealPersonalData, [S, F], [V, A]),
        new(AskPsp, [S, F], [V, A]),
        new(CancelCheckout, [S, F], [V, A]),
        new(WriteNotes, [S, F, A], [V]),
        new(SeeLedger, [F, V], [S, A]),
        new(RedriveDeadLetters, [S, F], [V, A]),
        new(DiscardDeadLetters, [S, F], [V, A]),
        new(ResendWebhooks, [S, A], [F, V]),
        new(Refund, [S, F], [V, A]),
        new(MoveMoney, [F], [V]),
        new(ApproveMoney, [F], [V]),
        new(ApproveAccess, [A], [V]),
        new(ManageAccess, [A], [V]),
        new(SeeAccess, [V, A], []),
        new(SeeHealth, [S, F, V, A], []),
        new(Export, [S, F, V, A], []),
    ];

    private static readonly Dictionary<string, Right> ByName = All.ToDictionary(right => right.Name, StringComparer.Ordinal);

    public static Right Of(string name) =>
        ByName.TryGetValue(name, out var right) ? right : throw new ArgumentException($"There is no right '{name}'.", nameof(name));

    public static RightAnswer Ask(ClaimsPrincipal person, string name)
    {
        var right = Of(name);
        if (right.Holders.Any(person.IsInRole)) return RightAnswer.Allowed;
        return right.Onlookers.Any(person.IsInRole) ? RightAnswer.Closed : RightAnswer.Hidden;
    }
}
