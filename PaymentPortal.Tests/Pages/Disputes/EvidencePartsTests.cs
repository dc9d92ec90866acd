using Bunit;
using PaymentPortal.Pages.Disputes;
using PaymentPortal.Tests.Pages.Parts;

namespace PaymentPortal.Tests.Pages.Disputes;

/// <summary>What a person types as evidence is kept until it is saved, and only what he changed is sent.</summary>
public sealed class EvidencePartsTests : PartsContext
{
    private readonly List<IReadOnlyDictionary<string, string?>> _sent = [];

    [Fact]
    public void Form_Saved_SendsWhatWasChangedAlone()
    {
        var form = Form(("product_description", "Tea"), ("customer_name", "Anna"));

        form.Find("#evidence-customer_name").Input("Anna Kovacs");
        form.Find("#evidence-uncategorized_text").Input("Signed for");
        form.Find("form").Submit();

        Assert.Equal([("customer_name", "Anna Kovacs"), ("uncategorized_text", "Signed for")], Assert.Single(_sent).Select(one => (one.Key, one.Value!)).OrderBy(one => one.Key));
    }

    [Fact]
    public void Form_KnowsWhatIsTypedAndNotSaved()
    {
        var form = Form(("product_description", "Tea"));
        Assert.False(form.Instance.HasUnsaved);

        form.Find("#evidence-uncategorized_text").Input("Signed for");
        Assert.True(form.Instance.HasUnsaved);
        form.Render(set => set.Add(part => part.Texts, new Dictionary<string, string> { ["product_description"] = "Tea", ["uncategorized_text"] = "Signed for" }).Add(part => part.Version, 2));

        Assert.False(form.Instance.HasUnsaved);
    }

    [Fact]
    public void Form_OfNothingNew_SaysSoAndSendsNothing()
    {
        var form = Form(("product_description", "Tea"));

        form.Find("#evidence-product_description").Input("Tea");
        form.Find("form").Submit();

        Assert.Equal("Nothing was changed.", form.Find("[role=alert]").TextContent);
        Assert.Empty(_sent);
    }

    [Fact]
    public void Form_WhoseSavedTextIsEmptied_DoesNotPretendThatItIsGone()
    {
        var form = Form(("product_description", "Tea"));

        form.Find("#evidence-product_description").Input(" ");
        form.Find("#evidence-uncategorized_text").Input("Signed for");
        form.Find("form").Submit();

        Assert.Contains("“What was sold” is saved already", form.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(_sent);
    }

    [Fact]
    public void Form_WhileAnotherSaves_KeepsWhatIsTypedAndShowsWhatTheOtherSaid()
    {
        var form = Form(("product_description", "Tea"));
        form.Find("#evidence-uncategorized_text").Input("Signed for");

        form.Render(set => set.Add(part => part.Texts, new Dictionary<string, string> { ["product_description"] = "Green tea" }).Add(part => part.Version, 2));

        Assert.Equal(("Signed for", "Green tea"), (Text(form, "uncategorized_text"), Text(form, "product_description")));
    }

    [Fact]
    public void Form_ThatIsRefused_KeepsTheTextsAndSaysWhy()
    {
        var form = Render<EvidenceForm>(set => set.Add(part => part.Texts, new Dictionary<string, string>()).Add(part => part.Version, 0).Add(part => part.DraftKey, "dsp_1")
            .Add(part => part.OnSave, _ => Task.FromResult<string?>("The loss was accepted.")));

        form.Find("#evidence-uncategorized_text").Input("Signed for");
        form.Find("form").Submit();

        Assert.Equal(("The loss was accepted.", "Signed for"), (form.Find("[role=alert]").TextContent, Text(form, "uncategorized_text")));
        Assert.Equal("false", form.Find("button[type=submit]").GetAttribute("aria-disabled"));
    }

    [Theory]
    [InlineData(0, 0, "No evidence was collected.")]
    [InlineData(2, 0, "only support and finance may read it")]
    [InlineData(2, 1, "Tea")]
    public void List_SaysWhetherThereIsNoneOrOnlyNoneToRead(int version, int texts, string expected)
    {
        var shown = texts == 0 ? [] : new Dictionary<string, string> { ["product_description"] = "Tea" };

        var list = Render<EvidenceList>(set => set.Add(part => part.Texts, shown).Add(part => part.Version, version));

        Assert.Contains(expected, list.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<EvidenceForm> Form(params (string Field, string Text)[] saved) => Render<EvidenceForm>(set => set
        .Add(part => part.Texts, saved.ToDictionary(one => one.Field, one => one.Text)).Add(part => part.Version, 1).Add(part => part.DraftKey, "dsp_1")
        .Add(part => part.OnSave, texts =>
        {
            _sent.Add(texts);
            return Task.FromResult<string?>(null);
        }));

    private static string? Text(IRenderedComponent<EvidenceForm> form, string field) => form.Find("#evidence-" + field).GetAttribute("value");
}
