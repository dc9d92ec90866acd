namespace PaymentPortal.Cli.Seed;

/// <summary>A seeded source of chance (xorshift64*): the same seed always gives the same set. Never for secrets.</summary>
internal sealed class DemoDice(ulong seed)
{
    private ulong _state = seed == 0 ? 0x9E3779B97F4A7C15 : seed * 0x9E3779B97F4A7C15;

    /// <summary>From 0 to below <paramref name="bound"/>.</summary>
    public int Below(int bound)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 0x2545F4914F6CDD1D >> 33) % (ulong)bound);
    }

    public int Between(int least, int most) => least + Below(most - least + 1);

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];
}
