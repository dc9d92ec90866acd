using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Caching.Memory;

namespace PaymentPortal.Pages.Parts;

/// <summary>
/// Hands what a page read for its first HTML to the circuit that takes the page over, so that a visit reads once and nothing flickers. Only a
/// random key travels through the browser; the rows wait here for a minute, and a circuit on another node simply reads again.
/// </summary>
/// <example>
/// <code>
/// _rows = HandOver.Take&lt;Rows&gt;("payments:" + url) ?? await ReadAsync();   // first thing of a page
/// HandOver.Offer(() => ("payments:" + url, _rows));                        // once, in OnInitialized
/// </code>
/// </example>
public sealed class HandOver(PersistentComponentState state, IMemoryCache shelf) : IDisposable
{
    private const string Key = "hand-over";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly List<PersistingComponentStateSubscription> _offers = [];

    /// <summary>What the first HTML was drawn from, once and only under the same name; null when there is none.</summary>
    public T? Take<T>(string name)
        where T : class
    {
        if (!state.TryTakeFromJson<string>(Key, out var token) || token is null) return null;
        if (!shelf.TryGetValue(token, out var kept) || kept is not Kept { Value: T value } parcel || parcel.Name != name) return null;
        shelf.Remove(token);
        return value;
    }

    public void Offer(Func<(string Name, object? Value)> offer) => _offers.Add(state.RegisterOnPersisting(
        () =>
        {
            if (offer() is { Value: { } value } given)
            {
                var token = Guid.NewGuid().ToString("N");
                shelf.Set(token, new Kept(given.Name, value), Life);
                state.PersistAsJson(Key, token);
            }
            return Task.CompletedTask;
        },
        RenderMode.InteractiveServer));

    public void Dispose()
    {
        foreach (var offer in _offers) offer.Dispose();
    }

    private sealed record Kept(string Name, object Value);
}
