using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ScenarioFunctions.Chaos.Attack;

/// <summary>Somebody who calls a server, with a key, a token or nothing.</summary>
internal sealed class Attacker(Uri address, string? key = null)
{
    /// <summary>The server closed the connection instead of an answer.</summary>
    public const int NoAnswer = 0;

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience.Limit };

    /// <summary>Sends a path as it is: with <c>..</c> in it, which a URL would take out.</summary>
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public Attacker With(string? otherKey) => new(address, otherKey);

    public async Task<(int Status, string Body, HttpResponseHeaders? Headers)> SendAsync(
        string method, string path, byte[]? body = null, string? host = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri(address.GetLeftPart(UriPartial.Authority) + path, AsItIs));
        request.Headers.Host = host;
        request.Headers.Add("X-Runway-Version", "2024-11-06");
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var response = await Http.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
        }
        catch (HttpRequestException)
        {
            return (NoAnswer, "", null);
        }
    }

    public async Task<int> StatusAsync(string method, string path, byte[]? body = null, string? host = null) =>
        (await SendAsync(method, path, body, host)).Status;

    public Task<int[]> ManyAsync(int times, string method, string path, Func<int, byte[]?> body) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(number => StatusAsync(method, path, body(number))));

    /// <summary>A token as Supabase signs it with the project's JWT secret.</summary>
    public static string Token(string secret, string issuer, string userId, DateTimeOffset expires, string algorithm = "HS256")
    {
        var content = $"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, typ = "JWT" }))}."
            + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { iss = issuer, aud = "authenticated", sub = userId, exp = expires.ToUnixTimeSeconds() }));
        var signature = algorithm == "none" ? [] : HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(content));
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }
}
