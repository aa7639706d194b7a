using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using ScenarioFunctions.Functions;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>What the worker tells its host of itself.</summary>
public sealed class IndexTests(SharedService shared) : IClassFixture<SharedService>
{
    [Fact]
    public async Task The_worker_tells_every_function_that_the_code_declares_with_its_trigger_methods_and_route()
    {
        var service = await shared.StartedAsync();

        var told = service.Host.Worker.Functions.Select(function => $"{function}").ToList();

        var declared =
            from method in typeof(TaskFunctions).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            select $"{function.Name}: {TriggerOf(method)}";
        Assert.Equal(declared.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        Assert.Contains("StartSaveScenario: post /scenario/save", told);
    }

    private static string TriggerOf(MethodInfo method) =>
        method.GetParameters()[0].GetCustomAttribute<TriggerBindingAttribute>() switch
        {
            HttpTriggerAttribute http => $"{string.Join(',', http.Methods!)} /{http.Route}",
            ActivityTriggerAttribute => "activityTrigger",
            OrchestrationTriggerAttribute => "orchestrationTrigger",
            TimerTriggerAttribute => "timerTrigger",
            var other => $"{other}",
        };
}
