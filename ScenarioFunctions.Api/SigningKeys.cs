using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>
/// The public keys that Supabase Auth signs tokens with, cached for ten minutes. A token with an unknown key makes us read
/// them again, but at most once in 30 s, so that a stranger's tokens cannot flood Supabase.
/// </summary>
internal sealed partial class SigningKeys(IHttpClientFactory clients, TimeProvider time, ILogger<SigningKeys> logger) : IDisposable
{
    public const string ClientName = "supabase-auth";

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim reading = new(1, 1);
    private IReadOnlyList<SecurityKey> keys = [];
    private DateTimeOffset? readAt;
    private DateTimeOffset nextRead = DateTimeOffset.MinValue;

    /// <param name="tokens">The Supabase project.</param>
    /// <param name="keyId">The wanted key; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The wanted key, or all keys when <paramref name="keyId"/> is null. Empty when there is no such key.</returns>
    /// <exception cref="ProblemException">503: the keys cannot be read now, and none are cached.</exception>
    public async Task<IEnumerable<SecurityKey>> FindAsync(
        UserTokenSettings tokens, string? keyId, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var isStale = readAt is not { } when || time.GetUtcNow() - when > Kept || Matching(keyId).Count == 0;
            if (isStale && time.GetUtcNow() >= nextRead)
            {
                nextRead = time.GetUtcNow() + (await ReadAsync(tokens, cancellationToken) ? Pause : PauseAfterFault);
            }

            return readAt is null ? throw Problems.Unavailable() : Matching(keyId);
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();

    private List<SecurityKey> Matching(string? keyId) =>
        [.. keys.Where(key => string.IsNullOrEmpty(keyId) || key.KeyId == keyId)];

    private async Task<bool> ReadAsync(UserTokenSettings tokens, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(ClientName);
            var document = await client.GetStringAsync(tokens.KeysUrl, cancellationToken);
            keys = [.. new JsonWebKeySet(document).GetSigningKeys()];
            readAt = time.GetUtcNow();
            return true;
        }
        catch (Exception exception) when (
            exception is HttpRequestException or ArgumentException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            NotRead(logger, exception, tokens.KeysUrl);
            return false;
        }
    }

    [LoggerMessage(110, LogLevel.Warning, "The public keys for users' tokens cannot be read from {Url}")]
    private static partial void NotRead(ILogger logger, Exception cause, Uri url);
}
