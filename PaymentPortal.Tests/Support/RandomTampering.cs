using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace PaymentPortal.Tests.Support;

/// <summary>Somebody with the database file in his hands and no key: one random change, as SQL. The same seed gives the same change.</summary>
internal sealed class RandomTampering(IReadOnlyDictionary<string, IReadOnlyList<(string Name, string Type)>> columns)
{
    private static readonly string[] Proved = ["journal_entries", "postings", "audit_log", "payment_history"];
    private static readonly (string Table, string Column)[] Replayed = [("wallet_balances", "payable"), ("wallet_balances", "held"), ("payment_events", "status"), ("payment_events", "history_version")];
    private static readonly (string Chain, string Table)[] Chains = [("main", "journal_entries"), ("audit", "audit_log")];

    public string Make(int seed)
    {
        var dice = Gen.Choose(0, 1_000_000).ArrayOf(6).Sample(1, new Rnd((ulong)seed), 1).Single();
        return (dice[0] % 8) switch
        {
            0 or 1 => Edit(Proved[dice[1] % Proved.Length], dice),
            2 => Delete(Proved[dice[1] % Proved.Length], dice),
            3 => Insert(Proved[dice[1] % Proved.Length], dice),
            4 => Swap(Chains[dice[1] % 2].Table, dice),
            5 => CloseUp(Chains[dice[1] % 2], dice),
            6 => Cut(Chains[dice[1] % 2], dice),
            _ => dice[1] % 2 == 0 ? Change(Replayed[dice[2] % Replayed.Length], dice) : Head(Chains[dice[2] % 2].Chain, dice),
        };
    }

    private static string Row(string table, int die) => Text($"(SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {die} % (SELECT COUNT(*) FROM {table}))");

    private string Edit(string table, int[] dice)
    {
        var (name, type) = columns[table][dice[2] % columns[table].Count];
        return $"UPDATE {table} SET {name} = {Other(name, type)} WHERE rowid = {Row(table, dice[3])}";
    }

    private static string Delete(string table, int[] dice) => $"DELETE FROM {table} WHERE rowid = {Row(table, dice[3])}";

    private string Insert(string table, int[] dice)
    {
        // A copy that no unique index refuses, at the end of its chain or history.
        var values = columns[table].Select(column => column.Name switch
        {
            "seq" when table != "postings" => $"(SELECT MAX(seq) + 1 FROM {table})",
            "version" or "line" => column.Name + " + 1000",
            "entry_id" when table == "postings" => column.Name,
            "entry_id" or "source_id" => column.Name + " || 'n'",
            "reverses" => "NULL",
            _ => column.Name,
        });
        return $"INSERT INTO {table} SELECT {string.Join(", ", values)} FROM {table} WHERE rowid = {Row(table, dice[3])}";
    }

    private static string Swap(string table, int[] dice)
    {
        var (one, other) = (1 + (dice[2] % 8), 9 + (dice[3] % 8));
        var tables = table == "journal_entries" ? new[] { table, "postings" } : [table];
        return string.Join("; ", tables.Select(name => Text($"UPDATE {name} SET seq = -7 WHERE seq = {one}; UPDATE {name} SET seq = {one} WHERE seq = {other}; UPDATE {name} SET seq = {other} WHERE seq = -7")));
    }

    /// <summary>Takes a row out, moves the later ones up and makes the head say so.</summary>
    private static string CloseUp((string Chain, string Table) of, int[] dice)
    {
        var at = 2 + (dice[2] % 10);
        var lines = of.Table == "journal_entries" ? Text($"DELETE FROM postings WHERE seq = {at}; UPDATE postings SET seq = seq - 1 WHERE seq > {at}; ") : "";
        return lines + Text($"DELETE FROM {of.Table} WHERE seq = {at}; UPDATE {of.Table} SET seq = -(seq - 1) WHERE seq > {at}; UPDATE {of.Table} SET seq = -seq WHERE seq < 0; ")
            + $"UPDATE chain_heads SET count = count - 1 WHERE chain_id = '{of.Chain}'";
    }

    /// <summary>Cuts the newest rows off with a head that fits, and takes the wallets along.</summary>
    private static string Cut((string Chain, string Table) of, int[] dice)
    {
        var keep = 1 + (dice[2] % 15);
        var lines = of.Table == "journal_entries" ? Text($"DELETE FROM postings WHERE seq > {keep}; DELETE FROM account_snapshots; DELETE FROM wallet_balances; ") : "";
        return lines + Text($"DELETE FROM {of.Table} WHERE seq > {keep}; UPDATE chain_heads SET count = {keep}, head = (SELECT mac FROM {of.Table} WHERE seq = {keep}) WHERE chain_id = '{of.Chain}'; DELETE FROM chain_places");
    }

    private static string Change((string Table, string Column) what, int[] dice) =>
        $"UPDATE {what.Table} SET {what.Column} = {(what.Column == "status" ? "'SUCCESS'" : what.Column + " + 1000")} WHERE rowid = {Row(what.Table, dice[3])}";

    private static string Head(string chain, int[] dice) =>
        dice[3] % 2 == 0 ? $"UPDATE chain_heads SET count = count + 1 WHERE chain_id = '{chain}'" : $"UPDATE chain_heads SET head = zeroblob(32) WHERE chain_id = '{chain}'";

    private static string Other(string name, string type) => type switch
    {
        "INTEGER" => $"COALESCE({name}, 0) + 1000",
        "BLOB" => "zeroblob(32)",
        _ => $"COALESCE({name}, '') || 'x'",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
