using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Security;

namespace PaymentPortal.Cli;

/// <summary>What a control verb answers: lines for standard output, or the reason why not.</summary>
public sealed record ControlAnswer(bool IsDone, string Text);

/// <summary>
/// Verbs that write. Only one process may write to an embedded store, so beside a running server they hand their work to it over its socket;
/// without one they open the store themselves.
/// </summary>
public static class ControlVerbs
{
    public static async Task<int> CallAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var builder = PortalHost.CreateBuilder(arguments.Settings);
        var options = PortalOptions.Read(builder.Configuration, builder.Environment);
        var given = new Dictionary<string, string>(arguments.Options);
        // The server may stand in another folder.
        if (arguments.Find("file") is { Length: > 0 } file) given["file"] = Path.GetFullPath(file);
        var request = new ControlRequest(arguments.Verb, given, arguments.Verb == "create-user" ? await Terminal.In.ReadLineAsync(cancellationToken) : null);
        var answer = await ControlSocket.AskAsync(options.DataDirectory, request, cancellationToken) ?? await RunAloneAsync(builder, request, cancellationToken);
        await (answer.IsDone ? Terminal.Out : Terminal.Errors).WriteLineAsync(answer.Text);
        return answer.IsDone ? 0 : 1;
    }

    public static async Task<ControlAnswer> RunAsync(IServiceProvider services, ControlRequest request, CancellationToken cancellationToken) => request.Verb switch
    {
        "create-user" => await CreateUserAsync(services.GetRequiredService<StaffAccounts>(), request, cancellationToken),
        "create-api-key" => await CreateApiKeyAsync(services.GetRequiredService<ApiKeyService>(), request, cancellationToken),
        "list-keys" => await ListKeysAsync(services.GetRequiredService<KeyDesk>(), cancellationToken),
        "rotate-keys" => new ControlAnswer(true, $"Key {await services.GetRequiredService<KeyDesk>().RotateAsync(Actor.Program("rotate-keys"), cancellationToken)} writes from now on. What older keys sealed is sealed anew while the server runs: 'list-keys' counts it. Back the key file up now."),
        "retire-key" => await RetireKeyAsync(services.GetRequiredService<KeyDesk>(), request, cancellationToken),
        "reconcile" => await ReconcileVerb.RunAsync(services, request, cancellationToken),
        _ => new ControlAnswer(false, $"The server does not know the verb {request.Verb}."),
    };

    private static async Task<ControlAnswer> RunAloneAsync(WebApplicationBuilder builder, ControlRequest request, CancellationToken cancellationToken)
    {
        PortalHost.LogOnly(builder, LogLevel.Warning);
        await using var app = await PortalHost.BuildAsync(builder, cancellationToken);
        await using var scope = app.Services.CreateAsyncScope();
        return await RunAsync(scope.ServiceProvider, request, cancellationToken);
    }

    private static async Task<ControlAnswer> ListKeysAsync(KeyDesk desk, CancellationToken cancellationToken) =>
        new(true, string.Join('\n', (await desk.ListAsync(cancellationToken)).Select(key => string.Create(CultureInfo.InvariantCulture, $"{key.Id}  {(key.IsActive ? "writes " : key.IsRetired ? "retired" : "opens  ")}  seals {key.Values} values"))));

    private static async Task<ControlAnswer> RetireKeyAsync(KeyDesk desk, ControlRequest request, CancellationToken cancellationToken)
    {
        if (request.Find("id") is not { } id) return new ControlAnswer(false, "retire-key needs --id: 'list-keys' names them.");
        var retired = await desk.RetireAsync(id, Actor.Program("retire-key"), cancellationToken);
        return retired.IsRefused ? new ControlAnswer(false, retired.Refusal!.Text) : new ControlAnswer(true, $"Key {id} opens nothing any more. It goes on proving what it signed, so it stays in the key file.");
    }

    private static async Task<ControlAnswer> CreateUserAsync(StaffAccounts accounts, ControlRequest request, CancellationToken cancellationToken)
    {
        if (request.Find("email") is not { } email || request.Find("role") is not { } role) return new ControlAnswer(false, "create-user needs --email and --role, and the password on standard input.");
        var made = await accounts.CreateAsync(email, role, request.Secret ?? "", cancellationToken);
        return made.IsRefused ? new ControlAnswer(false, made.Refusal!.Text) : new ControlAnswer(true, $"{email} can sign in as {role}.");
    }

    private static async Task<ControlAnswer> CreateApiKeyAsync(ApiKeyService keys, ControlRequest request, CancellationToken cancellationToken)
    {
        if (request.Find("name") is not { } name) return new ControlAnswer(false, "create-api-key needs --name.");
        var scopes = (request.Find("scopes") ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        var made = await keys.CreateAsync(name, scopes, request.Find("owner"), Actor.Program("create-api-key"), cancellationToken);
        return made.IsRefused ? new ControlAnswer(false, made.Refusal!.Text) : new ControlAnswer(true, made.Value.Key);
    }
}

/// <summary>A verb on its way to the server. The secret is what was typed on standard input.</summary>
public sealed record ControlRequest(string Verb, Dictionary<string, string> Options, string? Secret)
{
    public string? Find(string name) => Options.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    public override string ToString() => Verb;
}
