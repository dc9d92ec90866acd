using System.Globalization;

namespace PaymentPortal.Pages;

/// <summary>Which page an id of ours belongs to, by its prefix; only pages that exist. What is not here is looked for among the payments.</summary>
internal static class GoMap
{
    private static readonly (string Prefix, string Page, string Target)[] ByPrefix =
    [
        ("chk_", "/payments/{Id}", "/payments/{0}"),
        ("rfd_", "/refunds/{Id}", "/refunds/{0}"),
        ("re_", "/refunds", "/refunds?q={0}"),
        ("dsp_", "/disputes/{Id}", "/disputes/{0}"),
        ("dp_", "/disputes", "/disputes?q={0}"),
        ("du_", "/disputes", "/disputes?q={0}"),
        ("out_", "/payouts/{Id}", "/payouts/{0}"),
        ("jrn_", "/ledger/entries/{Id}", "/ledger/entries/{0}"),
        ("mm_", "/recon/mismatches/{Id}", "/recon/mismatches/{0}"),
        ("stl_", "/recon/runs/{Id}", "/recon/runs/{0}"),
        ("apr_", "/approvals/{Id}", "/approvals/{0}"),
        ("dl_", "/ops/dead-letters/items", "/ops/dead-letters/items?q={0}"),
        ("job_", "/ops/jobs/{Id}", "/ops/jobs/{0}"),
        ("whd_", "/ops/webhooks/{Id}", "/ops/webhooks/{0}"),
        ("pev_", "/ops/webhooks", "/ops/webhooks?q={0}"),
        ("whe_", "/admin/webhooks", "/ops/webhooks?endpoint={0}"),
        ("key_", "/admin/api-keys", "/admin/api-keys?q={0}"),
        ("usr_", "/admin/users", "/admin/users?q={0}"),
    ];

    public static string? Target(string asked)
    {
        foreach (var (prefix, page, target) in ByPrefix)
        {
            if (asked.StartsWith(prefix, StringComparison.Ordinal) && NavigationMap.Has(page)) return string.Format(CultureInfo.InvariantCulture, target, Uri.EscapeDataString(asked));
        }
        return null;
    }
}
