namespace PaymentPortal.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Tests_Run() => Assert.Equal(4, 2 + 2);
}
