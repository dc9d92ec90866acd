namespace PaymentPortal.Pages;

/// <summary>Where an id or a search leads: the prefix says which page, everything else is a search of the payments. Only to pages that exist.</summary>
internal static class GoMap
{
    private static readonly (string Prefix, string Page, string Target)[] ByPrefix =
    [
        ("chk_", "/payments/{Id}", "/payments/{0}"),
        ("ord_", "/payments", "/payments?q={0}"),
        ("att_", "/payments", "/payments?q={0}"),
        ("rfd_", "/refunds", "/refunds?q={0}"),
        ("out_", "/payouts/{Id}", "/payouts/{0}"),
        ("jrn_", "/ledger", "/ledger?q={0}"),
        ("mm_", "/recon/mismatches/{Id}", "/recon/mismatches/{0}"),
        ("stl_", "/recon/runs/{Id}", "/recon/runs/{0}"),
        ("apr_", "/approvals/{Id}", "/approvals/{0}"),
        ("dl_", "/ops/dead-letters", "/ops/dead-letters?q={0}"),
        ("job_", "/ops/jobs/{Id}", "/ops/jobs/{0}"),
        ("key_", "/admin/api-keys", "/admin/api-keys?q={0}"),
        ("usr_", "/admin/users", "/admin/users?q={0}"),
    ];

    public static string? Target(string asked)
    {
        if (asked.Length == 0) return null;
        var text = Uri.EscapeDataString(asked);
        foreach (var (prefix, page, target) in ByPrefix)
        {
            if (asked.StartsWith(prefix, StringComparison.Ordinal) && NavigationMap.Has(page)) return string.Format(System.Globalization.CultureInfo.InvariantCulture, target, text);
        }
        return NavigationMap.Has("/payments") ? $"/payments?q={text}" : null;
    }
}
