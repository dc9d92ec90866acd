using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Demo;

/// <summary>A checkout as the API answers it.</summary>
public sealed record ShopCheckout(string CheckoutId, string Status, string Amount, string Currency, string CheckoutUrl, IReadOnlyList<ShopOrder> Orders);

/// <summary>One seller's order in it.</summary>
public sealed record ShopOrder(string SellerAccount, string Amount, string PaymentOrderStatus, string? Description);

/// <summary>The API said no; its words are for people.</summary>
internal sealed class ShopRefusedException(string message) : Exception(message);

/// <summary>The part of a shop that talks to the payment API: creates a checkout, and asks how it stands.</summary>
internal sealed class MerchantBackend(HttpClient http, DemoShopOptions options)
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public async Task<ShopCheckout> CreateAsync(Cart cart, string shopAddress, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(HttpMethod.Post, "checkouts");
        request.Headers.Add("Idempotency-Key", cart.Number);
        request.Content = JsonContent.Create(Body(cart, shopAddress), options: Wire);
        return await AnswerAsync<ShopCheckout>(request, cancellationToken);
    }

    /// <summary>Null when no order has this number. It was given out by <see cref="CreateAsync"/> as the checkout's reference.</summary>
    public async Task<ShopCheckout?> FindAsync(string number, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(HttpMethod.Get, $"checkouts?limit=1&reference={Uri.EscapeDataString(number)}");
        return (await AnswerAsync<CheckoutList>(request, cancellationToken)).Data.FirstOrDefault();
    }

    private static object Body(Cart cart, string shopAddress) => new
    {
        BuyerAccount = BuyerAccount(cart),
        BuyerName = cart.Name,
        BuyerEmail = cart.Email,
        Currency = cart.Currency.Code,
        SuccessUrl = $"{shopAddress}/demo/thanks?order={cart.Number}",
        CancelUrl = $"{shopAddress}/demo?currency={cart.Currency.Code}",
        Reference = cart.Number,
        Orders = cart.Lines.GroupBy(line => line.Product.Seller).Select(seller => new
        {
            SellerAccount = seller.Key,
            Amount = seller.Aggregate(Money.Zero(cart.Currency), (sum, line) => sum + line.Price(cart.Currency)).ToString(),
            Description = string.Join(", ", seller.Select(line => $"{line.Quantity} × {line.Product.Name}")),
        }),
    };

    /// <summary>The shop has no accounts: an e-mail address is one customer, and nobody's address stands in an id.</summary>
    private static string BuyerAccount(Cart cart) =>
        cart.Email is null ? "demo-guest" : "demo-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cart.Email.ToLowerInvariant())))[..16];

    private async Task<HttpRequestMessage> RequestAsync(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, $"{options.BaseAddress()}/api/v1/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await options.ApiKey());
        return request;
    }

    private async Task<T> AnswerAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode) return (await response.Content.ReadFromJsonAsync<T>(Wire, cancellationToken))!;
        var problem = await response.Content.ReadAsStringAsync(cancellationToken);
        throw new ShopRefusedException(Words(problem) ?? $"The payment API answered {(int)response.StatusCode}.");
    }

    private static string? Words(string problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            return json.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record CheckoutList(IReadOnlyList<ShopCheckout> Data);
}
