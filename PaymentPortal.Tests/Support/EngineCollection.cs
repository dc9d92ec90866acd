namespace PaymentPortal.Tests.Support;

/// <summary>Tests that share one running program. They take turns, because faults and clock are the program's.</summary>
[CollectionDefinition(Name)]
public sealed class EngineCollection : ICollectionFixture<EngineHost>
{
    public const string Name = "engine";
}
