using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Emulator;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>The worker's process ends in the middle of a task, and another process goes on with it.</summary>
public sealed class ProcessEndTests(PostgresCluster cluster, WorkerProgram program)
{
    private const int Images = 3;
    private const string Ordered = "generation_id is not null";
    private const string User = "user_1";
    private const string Scenario = """
        {"title": "T", "scenes": [{}, {"image_prompt": "A"}, {"image_prompt": "B"}, {"image_prompt": "C"}]}
        """;

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task A_worker_that_ends_while_images_are_made_buys_and_charges_each_once(string signal)
    {
        await using var service = await StartAsync(new EmulatorClock(DateTimeOffset.UnixEpoch.AddYears(60)));
        var task = await service.SaveAsync(Scenario, User);
        await service.ScenesAsync(Ordered, Images);

        await service.Host.ReplaceWorkerAsync(worker => worker.EndAsync(signal));

        service.Runway.Clock.Advance(TimeSpan.FromMinutes(1));
        await CompletedOnceAsync(service, task);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task A_worker_that_never_hears_that_an_image_is_charged_does_not_charge_it_again(string signal)
    {
        await using var service = await StartAsync(TimeProvider.System);
        service.Supabase.Faults.LoseAnswer(path => path.Value!.EndsWith("deduct_credits", StringComparison.Ordinal)
            || path.Value.EndsWith("capture_credits", StringComparison.Ordinal));
        var task = await service.SaveAsync(Scenario, User);
        await service.Supabase.Faults.Stalled.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        await service.Host.ReplaceWorkerAsync(worker => worker.EndAsync(signal));

        await CompletedOnceAsync(service, task);
    }

    [Fact]
    public async Task A_worker_that_its_host_stops_ends_well_and_the_next_one_goes_on()
    {
        await using var service = await StartAsync(new EmulatorClock(DateTimeOffset.UnixEpoch.AddYears(60)));
        var task = await service.SaveAsync(Scenario, User);
        await service.ScenesAsync(Ordered, Images);

        await service.Host.ReplaceWorkerAsync(async worker => Assert.Equal(0, await worker.StopAsync()));

        service.Runway.Clock.Advance(TimeSpan.FromMinutes(1));
        await CompletedOnceAsync(service, task);
    }

    private async Task<ProductionService> StartAsync(TimeProvider runwayTime)
    {
        var service = await ProductionService.StartAsync(cluster, program, runwayTime);
        await service.GrantAsync(User, 100);
        return service;
    }

    private static async Task CompletedOnceAsync(ProductionService service, string task)
    {
        var scenes = (await service.CompleteAsync(task)).GetProperty("scenes").EnumerateArray();
        Assert.Equal(Images, scenes.Count(scene => scene.GetProperty("status").GetString() == "completed"));
        await service.BoughtAsync(Images);
        Assert.Equal(
            Enumerable.Repeat("2", Images),
            await service.Supabase.Database.ListAsync("select amount from credit_ledger"));
        Assert.Equal(100 - (2 * Images), await service.Supabase.Database.ScalarAsync<long>("select balance from credit_accounts"));
    }
}
