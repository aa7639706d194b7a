using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Chaos.Acts;

internal static class ObservedActs
{
    /// <summary>Wraps every act of an embedded host with an observer.</summary>
    public static void Observe(this IServiceCollection services, IActObserver observer)
    {
        services.AddSingleton<TaskStore>(provider =>
            new ObservedTaskStore(provider.GetRequiredService<LocalDatabase>(), observer));
        Decorate<IScenarioStore>(services, inner => new ObservedScenarioStore(inner, observer));
        Decorate<IImageGenerator>(services, inner => new ObservedImageGenerator(inner, observer));
        Decorate<IImageStore>(services, inner => new ObservedImageStore(inner, observer));
        Decorate<ICreditLedger>(services, inner => new ObservedCreditLedger(inner, observer));
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(provider => wrap((T)(inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!))));
    }
}
