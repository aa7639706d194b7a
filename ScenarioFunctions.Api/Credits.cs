using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Api;

/// <summary><c>/credits/{user_id}</c></summary>
/// <param name="ledger">The balances.</param>
/// <param name="settings">The price of an image.</param>
/// <param name="logger">Logs grants.</param>
/// <param name="grants">Adds credits; null where the user has their own credit system.</param>
internal sealed class Credits(
    ICreditLedger ledger, ServiceSettings settings, ILogger<Credits> logger, ICreditGrants? grants = null)
{
    private const int MaxGrant = 1_000_000;

    public async Task<IResult> GetAsync(HttpContext context, Caller caller, string userId)
    {
        DemandUserId(userId);
        caller.DemandActingFor(userId);
        return Answer(caller, userId, await ledger.GetBalanceAsync(userId, context.RequestAborted));
    }

    public async Task<IResult> GrantAsync(HttpContext context, Caller caller, string userId)
    {
        caller.DemandService();
        if (grants is null)
        {
            throw Problems.GrantsNotAllowed();
        }

        DemandUserId(userId);
        var faults = new JsonFaults();
        var key = IdempotencyKey.Read(context.Request, faults);
        var amount = ReadGrant(await JsonBody.ReadAsync(context.Request, faults, context.RequestAborted), faults);
        var reference = key is null ? $"grant:{Guid.NewGuid()}" : ScenarioIds.GrantForKey(userId, key);
        if (!await grants.GrantAsync(userId, amount, reference, context.RequestAborted))
        {
            throw Problems.KeyReused();
        }

        logger.Granted(amount, userId);
        return Answer(caller, userId, await ledger.GetBalanceAsync(userId, context.RequestAborted));
    }

    private static void DemandUserId(string userId)
    {
        if (!Identifiers.IsId(userId))
        {
            var faults = new JsonFaults();
            faults.Add("user_id", Identifiers.Rule);
            throw Problems.Invalid(faults);
        }
    }

    private static int ReadGrant(JsonElement body, JsonFaults faults)
    {
        JsonRules.Check(body, JsonPath.Root, faults);
        var fields = JsonFields.Of(body, JsonPath.Root, faults);
        if (fields is not null && fields.Any("grant") is null)
        {
            faults.Add(JsonPath.Root.Property("grant"), "is required");
        }

        var grant = fields?.WholeNumber("grant", 1, MaxGrant);
        return faults.Any ? throw Problems.Invalid(faults) : (int)grant.GetValueOrDefault();
    }

    private ApiResponse Answer(Caller caller, string userId, CreditBalance credits) =>
        ApiResponse.Json(
            StatusCodes.Status200OK,
            new CreditsResource(userId, credits.Balance, credits.Held, credits.Available, settings.CreditsPerImage)
            {
                CanGrant = grants is not null && caller.IsService,
            },
            ApiJson.Readable.CreditsResource)
        .With("Cache-Control", "no-store");
}
