using System.Text.RegularExpressions;

namespace PaymentPortal.Tests.House;

/// <summary>
/// SQL that only SQLite understands stands behind the dialect, in Storage, and nowhere else: another store must be a matter of a dialect and a migrations folder.
/// The sandbox has an SQLite file of its own by design, and the bench fills and reads SQLite files to measure this store and no other.
/// </summary>
public sealed partial class PortableSqlTests
{
    private static readonly string[] Exempt = ["PaymentPortal.Core/Storage/", "PaymentPortal/Sandbox/", "PaymentPortal/Cli/Bench/"];

    [Fact]
    public void Statements_OutsideStorage_AreReadByEveryStore()
    {
        var wrong = Sources().SelectMany(source => Literal().Matches(source.Text)
            .SelectMany(literal => OnlySqlite().Matches(literal.Value))
            .Select(found => $"{source.File}: {found.Value}"));

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("lease_until = 0 OR instr($4, task_id) = 0")]
    [InlineData("SELECT IFNULL(amount, 0) FROM postings")]
    [InlineData("SELECT json_extract(answer, '$.id') FROM idempotency_keys")]
    [InlineData("SELECT group_concat(account) FROM postings")]
    [InlineData("SELECT strftime('%Y', 'now')")]
    [InlineData("PRAGMA synchronous")]
    [InlineData("SELECT rowid FROM outbox")]
    [InlineData("SELECT name FROM sqlite_master")]
    [InlineData("INSERT OR IGNORE INTO outbox VALUES ($1)")]
    [InlineData("WHERE account IS $1")]
    [InlineData("SELECT MAX(due_at, lease_until) FROM retry_tasks")]
    [InlineData("SELECT CAST(substr(body, 1, 8) AS TEXT) FROM psp_inbox")]
    [InlineData("VALUES (x'00ff')")]
    public void SqliteOnly_IsFound(string statement) => Assert.Matches(OnlySqlite(), statement);

    [Theory]
    [InlineData("replace($4, task_id, '') = $4")]
    [InlineData("SELECT COALESCE(MAX(position), 0), MIN(CASE WHEN a THEN 1 ELSE 2 END) FROM outbox")]
    [InlineData("INSERT INTO t VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING a")]
    [InlineData("WHERE substr(account, 1, length($2)) = $2 AND a IS NOT NULL")]
    public void Portable_IsLeftAlone(string statement) => Assert.DoesNotMatch(OnlySqlite(), statement);

    private static IEnumerable<(string File, string Text)> Sources() =>
        from project in new[] { "PaymentPortal.Core", "PaymentPortal" }
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories)
        let file = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
        where !file.StartsWith(project + "/obj/", StringComparison.Ordinal) && !file.StartsWith(project + "/bin/", StringComparison.Ordinal) && !Exempt.Any(folder => file.StartsWith(folder, StringComparison.Ordinal))
        select (file, File.ReadAllText(path));

    [GeneratedRegex("""
        "{3}[\s\S]*?"{3}|"(?:\\.|[^"\\\n])*"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Literal();

    /// <summary>Functions and words that PostgreSQL lacks or reads otherwise; blob literals, IS with a value, and MIN and MAX of several values among them.</summary>
    [GeneratedRegex("""
        \b(?:instr|ifnull|iif|json_\w+|strftime|julianday|unixepoch|datetime|group_concat|total|(?-i:typeof)|hex|unhex|quote|printf|unicode|zeroblob|randomblob|random|changes|total_changes|last_insert_rowid|likely|glob)\(
        |\bPRAGMA\b|\browid\b|\bsqlite_\w+|\bINSERT\sOR\b|\bREPLACE\sINTO\b|\bAUTOINCREMENT\b|\bCOLLATE\sNOCASE\b|\sGLOB\s'|\bINDEXED\sBY\b|\bATTACH\sDATABASE\b
        |\bIS\s(?:NOT\s)?\$\d|\b(?:MIN|MAX)\([^()]*,|\bx'[0-9a-f]*'|\bCAST\(\s*substr\(
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex OnlySqlite();
}
