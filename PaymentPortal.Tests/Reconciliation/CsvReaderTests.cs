using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>Rows out of bytes: RFC 4180 in UTF-8 and nothing else, and amounts without rounding.</summary>
public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "1:a|b 2:1|2")]
    [InlineData("a,b\r\n1,2\r\n", "1:a|b 2:1|2")]
    [InlineData("a,b\r1,2\n", "1:a|b 2:1|2")]
    [InlineData("a,\n\n,b\n", "1:a| 3:|b")]
    [InlineData("\"a,b\",\"c\"\"d\"\n", "1:a,b|c\"d")]
    [InlineData("\"a\nb\",c\nd,e\n", "1:a\nb|c 3:d|e")]
    [InlineData("\"\",\"\"\"\"\n", "1:|\"")]
    [InlineData("é,\u202Eabc\n", "1:é|\u202Eabc")]
    public async Task Read_WholeRows_GivesCellsAndLines(string text, string rows)
    {
        Assert.Equal(rows, await RowsAsync(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(rows, await RowsAsync([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]));
    }

    [Theory]
    [InlineData("a\"b,c\n")]
    [InlineData("\"a\"b,c\n")]
    public async Task Read_QuoteWhereNoneMayBe_IsAFaultOfThatRowAlone(string text)
    {
        var rows = await ReadAsync(Encoding.UTF8.GetBytes(text + "d,e\n"));

        Assert.NotNull(rows[0].Fault);
        Assert.Null(rows[1].Fault);
    }

    [Fact]
    public async Task Read_OtherEncodingsEndlessRowsAndCutEnds_AreRefused()
    {
        byte[][] wrong =
        [
            Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("a,b\n")).ToArray(), Encoding.BigEndianUnicode.GetPreamble().Concat(Encoding.BigEndianUnicode.GetBytes("a,b\n")).ToArray(),
            Encoding.Unicode.GetBytes("a,b\n"), Encoding.Latin1.GetBytes("caf\u00e9,b\n"), "a\0,b\n"u8.ToArray(), "a,b\n1,2"u8.ToArray(), "a,\"b\n1,2\n"u8.ToArray(),
            Encoding.UTF8.GetBytes("a,b\n" + new string('x', 70_000) + "\n"), [.. "a,b\n"u8, 0xC3],
        ];

        foreach (var bytes in wrong) await Assert.ThrowsAsync<SettlementFormatException>(() => ReadAsync(bytes));
    }

    [Fact]
    public async Task Read_InPiecesOfAnySize_GivesTheSameRows()
    {
        var bytes = Encoding.UTF8.GetBytes("\"é\n1\",b\r\nc,\"d\"\"\"\n");
        var whole = await RowsAsync(bytes);

        for (var size = 1; size <= bytes.Length; size++) Assert.Equal(whole, Words(await ReadAsync(new Pieces(bytes, size))));
    }

    [Theory]
    [InlineData("12.50", "USD", 1250)]
    [InlineData("-2.00", "USD", -200)]
    [InlineData("40", "USD", 4000)]
    [InlineData("0.5", "USD", 50)]
    [InlineData("12.5000", "USD", 1250)]
    [InlineData("1250", "JPY", 1250)]
    [InlineData("1250.0", "JPY", 1250)]
    [InlineData("1.250", "KWD", 1250)]
    [InlineData("-0.00", "EUR", 0)]
    public void Amount_InMajorUnits_IsReadByTheCurrencysExponent(string text, string currency, long minor)
    {
        Assert.True(MajorAmount.TryRead(text, Currency.Of(currency), out var money, out _));
        Assert.Equal(minor, money.Minor);
    }

    [Theory]
    [InlineData("", "USD")]
    [InlineData("12,50", "USD")]
    [InlineData("12.505", "USD")]
    [InlineData("12.5", "JPY")]
    [InlineData("1.2505", "KWD")]
    [InlineData("+1.00", "USD")]
    [InlineData("1e3", "USD")]
    [InlineData("--1.00", "USD")]
    [InlineData(".50", "USD")]
    [InlineData("1.", "USD")]
    [InlineData("01.00", "USD")]
    [InlineData("١٢", "USD")]
    [InlineData("NaN", "USD")]
    [InlineData("99999999999999999999.00", "USD")]
    public void Amount_ThatIsNone_IsRefusedAndNeverRounded(string text, string currency)
    {
        Assert.False(MajorAmount.TryRead(text, Currency.Of(currency), out _, out var fault));
        Assert.NotEmpty(fault);
    }

    private static async Task<string> RowsAsync(byte[] bytes) => Words(await ReadAsync(bytes));

    private static string Words(IEnumerable<CsvRow> rows) => string.Join(' ', rows.Select(row => $"{row.Line}:{string.Join('|', row.Cells)}"));

    private static Task<List<CsvRow>> ReadAsync(byte[] bytes) => ReadAsync(new MemoryStream(bytes));

    private static async Task<List<CsvRow>> ReadAsync(Stream stream)
    {
        var rows = new List<CsvRow>();
        await foreach (var row in new CsvReader(stream).ReadAsync(CancellationToken.None)) rows.Add(row);
        return rows;
    }

    /// <summary>A stream that hands out so many bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
