using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Tests.Integrity;

public sealed class FieldCipherTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("portal-keys-");

    public FieldCipherTests() => Cipher = new FieldCipher(KeyRing.OpenOrCreate(_directory.FullName));

    private FieldCipher Cipher { get; }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Seal_AnyText_OpensAsItWas() =>
        Prop.ForAll(Arb.From(Gen.Elements("a", "Zürich ", "{\"id\": null}", "\ud83d\ude00", "\u0000", "\n").ArrayOf()), Arb.From(Gen.Choose(0, 300)), (pieces, times) =>
        {
            // Repeated, the longer ones are squeezed.
            var text = string.Concat(Enumerable.Repeat(string.Concat(pieces), times));
            Assert.Equal(text, Cipher.Open("t", "1", "c", Cipher.Seal("t", "1", "c", text)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Seal_ABodyOfThePsp_IsAQuarterOfItsLength()
    {
        var body = string.Concat(Enumerable.Range(0, 200).Select(n => $",\n  \"field_{n % 40}\": null"));

        Assert.InRange(Cipher.Seal("t", "1", "c", body).Bytes.Length, 40, body.Length / 4);
    }

    [Fact]
    public void Seal_TextThatRepeatsNothing_GrowsByItsHeadOnly()
    {
        var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(300));

        Assert.InRange(Cipher.Seal("t", "1", "c", text).Bytes.Length, 1, text.Length + 37);
    }

    [Theory]
    [InlineData("u", "1", "c")]
    [InlineData("t", "2", "c")]
    [InlineData("t", "1", "d")]
    public void Open_MovedToAnotherPlace_IsBroken(string table, string id, string column) =>
        Assert.Throws<SealBrokenException>(() => Cipher.Open(table, id, column, Cipher.Seal("t", "1", "c", "secret")));

    [Fact]
    public void Open_AnyByteChanged_IsBroken()
    {
        var bytes = Cipher.Seal("t", "1", "c", "secret").Bytes;

        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 1;
            Assert.Throws<SealBrokenException>(() => Cipher.Open("t", "1", "c", new Sealed(changed)));
        }
    }
}
