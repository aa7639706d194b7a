using System.Reflection;
using Grpc.Net.Client;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Functions;

namespace ScenarioFunctions.Tests.Azure.DurableHub;

/// <summary>
/// The real Durable Task worker, in this process: it runs every orchestrator and activity that the Azure app
/// declares, found by their attributes and called with the arguments that the Functions worker would bind.
/// </summary>
internal sealed class TaskHubWorker : IAsyncDisposable
{
    private readonly IHost host;
    private readonly GrpcChannel channel;
    private readonly CancellationTokenSource stopping;

    private TaskHubWorker(IHost host, GrpcChannel channel, CancellationTokenSource stopping) =>
        (this.host, this.channel, this.stopping) = (host, channel, stopping);

    /// <param name="hub">Address of the task hub.</param>
    /// <param name="functions">Has the classes of the functions, and their logger.</param>
    public static async Task<TaskHubWorker> StartAsync(Uri hub, IServiceProvider functions)
    {
        var channel = GrpcChannel.ForAddress(hub);
        var client = TaskHubServer.NewClient(channel);
        var stopping = new CancellationTokenSource();
        var host = new HostBuilder().ConfigureServices(services => services
            .AddSingleton(functions.GetRequiredService<ILoggerFactory>())
            .AddDurableTaskWorker(worker =>
            {
                worker.UseGrpc(channel);
                worker.Configure(options => options.DataConverter = new JsonDataConverter(HostJson.Options));
                worker.AddTasks(tasks => AddFunctions(tasks, functions, client, stopping.Token));
            })).Build();
        await host.StartAsync();
        return new TaskHubWorker(host, channel, stopping);
    }

    /// <summary>The orchestrator function of that name.</summary>
    public static ITaskOrchestrator OrchestratorOf(string name, IServiceProvider functions)
    {
        var method = FunctionsWith<OrchestrationTriggerAttribute>().Single(one => one.Name == name).Method;
        return new Orchestrator(method, method.IsStatic ? null : functions.GetRequiredService(method.DeclaringType!));
    }

    /// <summary>Tells the activities that the host stops; it goes on to take their answers.</summary>
    public void BeginStop() => stopping.Cancel();

    /// <summary>Ends at once, as a killed process does: what its activities still do can no longer be answered.</summary>
    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await host.StopAsync();
        host.Dispose();
        stopping.Dispose();
    }

    private static void AddFunctions(
        DurableTaskRegistry tasks, IServiceProvider functions, DurableTaskClient client, CancellationToken stopping)
    {
        foreach (var (name, _) in FunctionsWith<OrchestrationTriggerAttribute>())
        {
            tasks.AddOrchestrator(name, () => OrchestratorOf(name, functions));
        }

        foreach (var (name, method) in FunctionsWith<ActivityTriggerAttribute>())
        {
            tasks.AddActivity(
                name, _ => new Activity(method, functions.GetRequiredService(method.DeclaringType!), client, stopping));
        }
    }

    private static IEnumerable<(string Name, MethodInfo Method)> FunctionsWith<TTrigger>()
        where TTrigger : Attribute =>
        from type in typeof(StepFunctions).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetParameters().Any(parameter => parameter.IsDefined(typeof(TTrigger), inherit: false))
        select (method.GetCustomAttribute<FunctionAttribute>()!.Name, method);

    private static async Task<object?> CallAsync(MethodInfo method, object? target, Func<Type, object?> argument)
    {
        var arguments = method.GetParameters().Select(parameter => argument(parameter.ParameterType)).ToArray();
        var call = (Task)method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;
        await call;
        return method.ReturnType.GetProperty(nameof(Task<object>.Result))!.GetValue(call);
    }

    private sealed class Orchestrator(MethodInfo method, object? target) : ITaskOrchestrator
    {
        public Type InputType => method.GetParameters()[1].ParameterType;

        public Type OutputType => method.ReturnType.GetGenericArguments()[0];

        public Task<object?> RunAsync(TaskOrchestrationContext context, object? input) =>
            CallAsync(method, target, type => type == typeof(TaskOrchestrationContext) ? context : input);
    }

    private sealed class Activity(
        MethodInfo method, object target, DurableTaskClient client, CancellationToken stopping)
        : ITaskActivity
    {
        public Type InputType => method.GetParameters()[0].ParameterType;

        public Type OutputType => method.ReturnType.GetGenericArguments()[0];

        public Task<object?> RunAsync(TaskActivityContext context, object? input) =>
            CallAsync(method, target, type =>
                type == typeof(DurableTaskClient) ? client
                : type == typeof(CancellationToken) ? stopping
                : input);
    }
}
