namespace PaymentPortal.Core.Psp;

/// <summary>
/// The payment service provider. Building a POST is pure; sending one takes the key that <c>PspCallLog</c> stored with it, never another.
/// No method repeats a POST by itself, and none throws because of what the PSP or the network did: that is the verdict.
/// </summary>
public interface IPaymentServiceProvider
{
    /// <summary>For people: the health page and errors.</summary>
    string Name { get; }

    PspRequest CreateSession(NewSession session);

    PspRequest ExpireSession(string sessionId);

    /// <summary>Sends what <see cref="CreateSession"/> or <see cref="ExpireSession"/> built. Succeeded only for the session that was meant.</summary>
    Task<PspAnswer<PspSession>> SendSessionAsync(PspRequest request, string pspKey, CancellationToken cancellationToken);

    /// <summary>The session with its newest charge. Pending while it is paid and the PSP has not yet said what it kept as its fee.</summary>
    Task<PspAnswer<PspSession>> FetchSessionAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Every session created from <paramref name="createdFrom"/> to before <paramref name="createdTo"/>, newest first, without charges.</summary>
    Task<PspAnswer<IReadOnlyList<PspSession>>> ListSessionsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken);

    /// <summary>
    /// Those sessions that were made under a key of one of the items, among all that were created from <paramref name="createdFrom"/> to before
    /// <paramref name="createdTo"/>. Walks over two days of a million sessions each; keeps only what is asked for.
    /// </summary>
    Task<PspAnswer<IReadOnlyList<PspSession>>> FindSessionsAsync(IReadOnlySet<string> items, DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken);

    /// <summary>Every try of a card on one intent, newest first.</summary>
    Task<PspAnswer<IReadOnlyList<PspCharge>>> ListChargesAsync(string intentId, CancellationToken cancellationToken);

    Task<PspAnswer<PspBalance>> FetchBalanceAsync(CancellationToken cancellationToken);

    /// <summary>Every event created from <paramref name="createdFrom"/> to before <paramref name="createdTo"/>, newest first: catches up on webhooks that never came.</summary>
    Task<PspAnswer<IReadOnlyList<PspEvent>>> ListEventsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken);
}
